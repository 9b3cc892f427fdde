/** Random starts. Keyed by example, not by place in a batch: batch order and size do not change what an example gets. */
import { RandomStream, type Purpose } from '../lib/random.ts';

/**
 * Uniform in [-1, 1), one value per pixel: `examples.length` rows of `pixels`. The radius multiplies it later, so runs of one seed
 * share their starts at every strength.
 * @param examples index of each example in its data set
 * @param round epoch in training, restart in evaluation
 */
export function startNoise(
  seed: number,
  purpose: Purpose,
  examples: ArrayLike<number>,
  round: number,
  pixels: number,
): Float32Array {
  const noise = new Float32Array(examples.length * pixels);
  for (let row = 0, at = 0; row < examples.length; row++) {
    const stream = new RandomStream(seed, purpose, [examples[row]!, round]);
    for (let pixel = 0; pixel < pixels; pixel++) noise[at++] = 2 * stream.uniform() - 1;
  }
  return noise;
}
