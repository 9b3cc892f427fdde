/** Histograms over bins of equal width. */

/** The edges of `count` bins between `low` and `high`: count + 1 rising numbers. */
export function binEdges(low: number, high: number, count: number): Float64Array {
  if (!(low < high)) throw new RangeError(`bins need a range: ${low} to ${high}`);
  return Float64Array.from({ length: count + 1 }, (_, i) =>
    i === count ? high : low + ((high - low) * i) / count,
  );
}

/**
 * Number of values in each bin; a bin holds its lower edge, the last one both.
 * @throws RangeError for a value outside the edges, which NaN is too
 */
export function countPerBin(values: ArrayLike<number>, edges: Float64Array): number[] {
  const bins = edges.length - 1;
  const low = edges[0]!;
  const high = edges[bins]!;
  const counts = new Array<number>(bins).fill(0);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!(value >= low && value <= high))
      throw new RangeError(`value ${i} is ${value}, outside ${low} to ${high}`);
    let bin = Math.min(Math.floor(((value - low) / (high - low)) * bins), bins - 1);
    // The quotient may round across an edge; the edges themselves decide.
    while (value < edges[bin]!) bin--;
    while (bin < bins - 1 && value >= edges[bin + 1]!) bin++;
    counts[bin]!++;
  }
  return counts;
}

/** Smallest and largest of all values of all arrays; widened by a half on both sides where they are the same. */
export function rangeOf(arrays: readonly ArrayLike<number>[]): [low: number, high: number] {
  let low = Infinity;
  let high = -Infinity;
  for (const values of arrays) {
    for (let i = 0; i < values.length; i++) {
      low = Math.min(low, values[i]!);
      high = Math.max(high, values[i]!);
    }
  }
  if (!(low <= high)) throw new RangeError('a range of no values');
  return low === high ? [low - 0.5, high + 0.5] : [low, high];
}
