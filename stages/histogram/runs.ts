/** Per-example results of evaluated nets, as `evaluate` writes them, with the training run each is of. */
import type { ManyItem } from 'ar-pipe';
import { readSafetensors, tensorOf } from '../lib/safetensors.ts';
import { runOf } from '../results/run.ts';

export const quantities = ['margin', 'probability', 'loss'] as const;
export type Quantity = (typeof quantities)[number];

/** Names of the arrays in the file. */
const arrays = { margin: 'margin', probability: 'prob', loss: 'loss' } as const satisfies Record<
  Quantity,
  string
>;

export interface EvaluatedRun {
  /** Strength of the training attack, in units of 1/255. */
  readonly strength: number;
  readonly seed: number;
  /** One value an example, all finite. */
  readonly values: Readonly<Record<Quantity, Float32Array>>;
}

/** @throws an error naming file, array and example where a value is not finite or the arrays differ in length */
export function readRun(item: ManyItem): EvaluatedRun {
  const file = readSafetensors(item.path);
  const read = (quantity: Quantity): Float32Array => {
    const { data } = tensorOf(file, arrays[quantity], 'F32', item.path);
    const wrong = data.findIndex((value) => !Number.isFinite(value));
    if (wrong >= 0) {
      throw new Error(
        `${arrays[quantity]} of example ${wrong} is ${data[wrong]!} in ${item.path}: look at that net's training`,
      );
    }
    return data;
  };
  const values = { margin: read('margin'), probability: read('probability'), loss: read('loss') };
  const lengths = new Set(Object.values(values).map(({ length }) => length));
  if (lengths.size > 1 || lengths.has(0))
    throw new Error(`${item.path} has ${[...lengths].join(', ')} examples in its arrays`);
  const { epsilon, seed } = runOf(item);
  return { strength: epsilon, seed, values };
}
