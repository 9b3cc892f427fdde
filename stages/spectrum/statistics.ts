import { distributionOf, type Distribution } from '../lib/statistics.ts';

/** What is said of a layer's singular values. */
export interface SpectrumStatistics extends Distribution {
  /** Square root of the sum of squares: the Frobenius norm of the map. */
  readonly frobenius: number;
}

/** @throws RangeError without values */
export function spectrumStatistics(values: Float64Array): SpectrumStatistics {
  let squares = 0;
  for (const value of values) squares += value * value;
  return { ...distributionOf(values), frobenius: Math.sqrt(squares) };
}
