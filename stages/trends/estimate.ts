/** A difference estimated from paired runs: training runs are the unit, never pictures, layers or epochs. */
import jstat from 'jstat';
import type { Draws } from './sampler.ts';

/** Fewer runs give a direction, not an interval. */
export const leastSeeds = 3;

export interface SeedDraws {
  readonly seed: number;
  /** The seed's d, measured and resampled. */
  readonly draws: Draws;
}

export interface Estimate {
  readonly perSeed: readonly { readonly seed: number; readonly d: number }[];
  /** Mean of d over the seeds. */
  readonly mean: number;
  /** Standard error of that mean by the choice of pictures; 0 for quantities of weights. */
  readonly sePictures: number;
  /** Half the width of the 95 % interval; null for fewer than three seeds. */
  readonly halfWidth: number | null;
}

/** The interval's two parts, seeds and pictures, add as independent errors do. @throws RangeError for no seeds */
export function estimateOf(seeds: readonly SeedDraws[]): Estimate {
  if (seeds.length === 0) throw new RangeError('an estimate from no seeds');
  const perSeed = seeds.map(({ seed, draws }) => ({ seed, d: draws[0]! }));
  const mean = perSeed.reduce((sum, { d }) => sum + d, 0) / seeds.length;
  const sePictures = standardErrorOfPictures(seeds);
  if (seeds.length < leastSeeds) return { perSeed, mean, sePictures, halfWidth: null };
  const variance = perSeed.reduce((sum, { d }) => sum + (d - mean) ** 2, 0) / (seeds.length - 1);
  const bySeeds = tQuantile(seeds.length - 1) * Math.sqrt(variance / seeds.length);
  return { perSeed, mean, sePictures, halfWidth: Math.hypot(bySeeds, 1.96 * sePictures) };
}

/** t of 97.5 % with so many degrees of freedom. */
export const tQuantile = (degreesOfFreedom: number): number => jstat.studentt.inv(0.975, degreesOfFreedom);

/** Sample STD over resamples of the mean over seeds; resamples without the pictures a statistic needs are left out. */
function standardErrorOfPictures(seeds: readonly SeedDraws[]): number {
  const means: number[] = [];
  for (let b = 1; b < seeds[0]!.draws.length; b++) {
    const value = seeds.reduce((sum, { draws }) => sum + draws[b]!, 0) / seeds.length;
    if (Number.isFinite(value)) means.push(value);
  }
  if (means.length < 2) return 0;
  const centre = means.reduce((a, b) => a + b, 0) / means.length;
  return Math.sqrt(means.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (means.length - 1));
}
