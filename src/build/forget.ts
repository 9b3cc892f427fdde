/** Dropping results by hand: the present one and the last one of a step, with any half-made one. */
import type { Step } from '../pipeline/step.ts';
import type { Store } from '../store/store.ts';
import type { LastResults } from './last.ts';
import type { Plan } from './plan.ts';

export interface Forgotten {
  readonly step: string;
  /** Keys whose results no longer count; empty where there was none. */
  readonly keys: readonly string[];
}

/** Their bytes stay until the collector finds that nothing refers to them. */
export function forget(
  steps: readonly Step[],
  plan: Plan,
  { store, last }: { readonly store: Store; readonly last: LastResults },
): readonly Forgotten[] {
  return steps.map((step) => {
    const verdict = plan.get(step)!;
    const keys = new Set<string>();
    if (verdict.state === 'fresh') keys.add(verdict.entry.key);
    else if (verdict.state !== 'pending' && verdict.description) keys.add(verdict.description.key);
    const built = last.of(step.name)?.built?.key;
    if (built !== undefined) keys.add(built);
    const known = [...keys].filter((key) => store.find(key) !== undefined);
    for (const key of known) store.forget(key);
    for (const key of keys) store.dropCheckpoint(key);
    return { step: step.name, keys: known };
  });
}
