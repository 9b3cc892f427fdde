import type { Cell } from './table.ts';

export interface SeedValue {
  readonly seed: number;
  readonly value: number;
}

/** Mean and sample STD over the seeds of one strength. @throws for no values, or two of one seed */
export function cellOf(strength: number, values: readonly SeedValue[]): Cell {
  const perSeed = [...values].sort((a, b) => a.seed - b.seed);
  if (perSeed.length === 0) throw new RangeError('a cell of no runs');
  perSeed.forEach(({ seed }, i) => {
    if (perSeed[i - 1]?.seed === seed)
      throw new Error(
        `two runs have strength ${strength} and seed ${seed}: a block needs one data set, net, attack and level`,
      );
  });
  const mean = perSeed.reduce((sum, { value }) => sum + value, 0) / perSeed.length;
  const squares = perSeed.reduce((sum, { value }) => sum + (value - mean) ** 2, 0);
  return {
    strength,
    mean,
    std: perSeed.length < 2 ? null : Math.sqrt(squares / (perSeed.length - 1)),
    perSeed,
  };
}
