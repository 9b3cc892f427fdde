/** The table of a net's maximal loss changes, as `loss-variation` writes it (section B.5, figure 8, table 1). */
import * as z from 'zod';
import { numberColumn } from '../lib/csv.ts';

/** One line of loss-variation.csv: one attack strength, over all examples or over those right or wrong without attack. */
export const variationRow = z.object({
  /** Strength of the attack on the finished net, in units of 1/255. */
  epsilon: numberColumn,
  examplesOf: z.enum(['all', 'right', 'wrong']),
  examples: numberColumn,
  /** Mean and population STD of V = CE(attacked) - CE(clean) over the examples. */
  mean: numberColumn,
  std: numberColumn,
});
export type VariationRow = z.output<typeof variationRow>;
export const variationColumns = Object.keys(variationRow.shape) as (keyof VariationRow)[];
