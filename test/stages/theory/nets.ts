/** Plain nets of random weights. */
import { RandomStream } from '../../../stages/lib/random.ts';
import type { Matrix, PlainNet } from '../../../stages/theory/plain-net.ts';

/** @param sizes inputs, hidden units, outputs */
export function randomNet(sizes: readonly number[], seed: number): PlainNet {
  const stream = new RandomStream(seed, 'initialisation');
  return sizes.slice(1).map((rows, i): Matrix => {
    const cols = sizes[i]!;
    const data = Float64Array.from({ length: rows * cols }, () => stream.normal() * Math.sqrt(2 / cols));
    return { rows, cols, data };
  });
}

export function randomPoint(dimension: number, seed: number): Float64Array {
  const stream = new RandomStream(seed, 'noise');
  return Float64Array.from({ length: dimension }, () => stream.normal());
}

export const matrixOf = (rows: readonly (readonly number[])[]): Matrix => ({
  rows: rows.length,
  cols: rows[0]!.length,
  data: Float64Array.from(rows.flat()),
});
