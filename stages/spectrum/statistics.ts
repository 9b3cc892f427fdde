/** What is said of a layer's singular values. */
export interface SpectrumStatistics {
  readonly count: number;
  readonly max: number;
  readonly min: number;
  readonly mean: number;
  /** Population form: divided by the count. */
  readonly std: number;
  /** Square root of the sum of squares: the Frobenius norm of the map. */
  readonly frobenius: number;
}

/** @throws RangeError without values */
export function spectrumStatistics(values: Float64Array): SpectrumStatistics {
  const count = values.length;
  if (count === 0) throw new RangeError('statistics of no singular values');
  let max = -Infinity;
  let min = Infinity;
  let sum = 0;
  let squares = 0;
  for (const value of values) {
    max = Math.max(max, value);
    min = Math.min(min, value);
    sum += value;
    squares += value * value;
  }
  const mean = sum / count;
  // A second pass: the difference of two large sums would lose the digits of a small STD.
  let deviations = 0;
  for (const value of values) deviations += (value - mean) ** 2;
  return { count, max, min, mean, std: Math.sqrt(deviations / count), frobenius: Math.sqrt(squares) };
}
