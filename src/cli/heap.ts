/** Memory of the main process. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const manySteps = 20_000;

/**
 * Before the first step is built. V8 lets garbage lie until the heap is four times what was alive when it last looked, which at
 * 100,000 steps is more than a gigabyte. Looking again sooner takes 8 % more of the processor, which a smaller run need not pay.
 */
export function growHeapSlowly(steps: number): void {
  if (steps <= manySteps) return;
  setFlagsFromString('--heap-growing-percent=30');
  // The limit is set anew by a collection only, and the next one would be far off.
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}
