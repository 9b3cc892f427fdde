/** A statistic with its bootstrap over pictures (Efron): the value on all pictures, then on every resample. */
import { RandomStream } from '../lib/random.ts';
import { once, type Counts, type PictureStatistic } from './picture-statistics.ts';

/** Entry 0 is the measured value; entry b > 0 that of resample b. Quantities of the same pictures share their resamples. */
export type Draws = Float64Array;

/** The draws of a quantity computed from others, resample by resample. */
export function combine(f: (...values: number[]) => number, ...draws: readonly Draws[]): Draws {
  return draws[0]!.map((_, b) => f(...draws.map((one) => one[b]!)));
}

export const minus = (a: Draws, b: Draws): Draws => combine((x, y) => x - y, a, b);
export const negative = (a: Draws): Draws => a.map((x) => -x);
export const average = (draws: readonly Draws[]): Draws =>
  combine((...values) => values.reduce((sum, x) => sum + x, 0) / values.length, ...draws);

export class Sampler {
  readonly #seed: number;
  readonly #resamples: number;
  readonly #counts = new Map<string, readonly Counts[]>();
  readonly #known = new WeakMap<object, Map<unknown, Draws>>();

  constructor(seed: number, resamples: number) {
    this.#seed = seed;
    this.#resamples = resamples;
  }

  /** A statistic of `pictures` pictures; calls with the same name of a set share its resamples, which pairs them. */
  draws(set: string, pictures: number, statistic: PictureStatistic): Draws {
    const counts = this.#countsOf(set, pictures);
    return Float64Array.from({ length: counts.length }, (_, b) => statistic(counts[b]!));
  }

  /** A quantity without pictures, such as one of weights: no resample moves it. */
  constant(value: number): Draws {
    return new Float64Array(1 + this.#resamples).fill(value);
  }

  /** What `make` gave at the first call for these two. */
  remember(run: object, quantity: unknown, make: () => Draws): Draws {
    const ofRun = this.#known.get(run) ?? new Map<unknown, Draws>();
    this.#known.set(run, ofRun);
    const known = ofRun.get(quantity) ?? make();
    ofRun.set(quantity, known);
    return known;
  }

  /** How often each picture counts, per resample; a byte is enough, as a count is Poisson-like with mean 1. */
  #countsOf(set: string, pictures: number): readonly Counts[] {
    const key = `${set} ${pictures}`;
    const known = this.#counts.get(key);
    if (known) return known;
    const place = this.#counts.size;
    const counts = Array.from({ length: 1 + this.#resamples }, (_, b) => {
      if (b === 0) return once(pictures);
      const drawn = new Uint8Array(pictures);
      const stream = new RandomStream(this.#seed, 'evaluation', [b, place]);
      for (let i = 0; i < pictures; i++) drawn[stream.integer(pictures)]!++;
      return drawn;
    });
    this.#counts.set(key, counts);
    return counts;
  }
}
