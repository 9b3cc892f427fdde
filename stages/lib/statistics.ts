/** Summary of a list of numbers. */
export interface Distribution {
  readonly count: number;
  readonly max: number;
  readonly min: number;
  readonly mean: number;
  /** Population form: divided by the count. */
  readonly std: number;
}

/** @throws RangeError without values */
export function distributionOf(values: ArrayLike<number>): Distribution {
  const count = values.length;
  if (count === 0) throw new RangeError('statistics of no values');
  let max = -Infinity;
  let min = Infinity;
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const value = values[i]!;
    max = Math.max(max, value);
    min = Math.min(min, value);
    sum += value;
  }
  const mean = sum / count;
  // A second pass: the difference of two large sums would lose the digits of a small STD.
  let deviations = 0;
  for (let i = 0; i < count; i++) deviations += (values[i]! - mean) ** 2;
  return { count, max, min, mean, std: Math.sqrt(deviations / count) };
}
