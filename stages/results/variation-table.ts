/** The table of a net's maximal loss changes, as `loss-variation` writes it (section B.5, figure 8, table 1). */
import * as z from 'zod';
import { numberColumn } from '../lib/csv.ts';

/** One line of loss-variation.csv: one attack strength, over all examples or over those right or wrong without attack. */
export const variationRow = z.object({
  /** Strength of the attack on the finished net, in units of 1/255. */
  epsilon: numberColumn,
  /** The rest of it: steps of PGD, their size in units of 1/255, and whether it starts anywhere in the ball. */
  steps: numberColumn,
  stepSize: numberColumn,
  randomStart: z.enum(['true', 'false']),
  examplesOf: z.enum(['all', 'right', 'wrong']),
  examples: numberColumn,
  /** Mean and population STD of V = CE(attacked) - CE(clean) over the examples. */
  mean: numberColumn,
  std: numberColumn,
});
export type VariationRow = z.output<typeof variationRow>;
export const variationColumns = Object.keys(variationRow.shape) as (keyof VariationRow)[];

/** The attack of a line, as figure 8 and table 1 name it. */
export type VariationAttack = Pick<VariationRow, 'epsilon' | 'steps' | 'stepSize' | 'randomStart'>;

/** How the losses were driven up, whatever the strength; empty for no lines. @throws where in different ways, for their numbers would not compare */
export function variationAttackText(rows: readonly VariationAttack[]): string {
  const texts = new Set(
    rows.map(({ steps, stepSize, randomStart }) => {
      const start = randomStart === 'true' ? 'random start' : 'clean start';
      return `PGD-${steps}, step ${Number(stepSize.toFixed(3))}/255, ${start}; the iterate of greatest loss counts`;
    }),
  );
  if (texts.size > 1)
    throw new Error(`runs to be compared were attacked differently: ${[...texts].join(' and ')}`);
  return [...texts][0] ?? '';
}
