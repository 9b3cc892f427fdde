/** What is drawn of several training runs that differ in their seed alone. */
export interface OverSeeds {
  readonly mean: number;
  readonly least: number;
  readonly greatest: number;
  readonly seeds: number;
}

/** @throws RangeError for no values or one that is not finite */
export function overSeeds(values: readonly number[]): OverSeeds {
  if (values.length === 0) throw new RangeError('a mean over no seeds');
  for (const value of values)
    if (!Number.isFinite(value)) throw new RangeError(`a mean over seeds met ${value}`);
  return {
    mean: values.reduce((a, b) => a + b, 0) / values.length,
    least: Math.min(...values),
    greatest: Math.max(...values),
    seeds: values.length,
  };
}

/** Groups in order of first appearance. */
export function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return [...groups.values()];
}
