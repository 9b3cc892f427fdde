/** The table of bounds that `theory` writes: one line for each assumption on how many balls cover the data. */
import * as z from 'zod';
import { numberColumn } from '../lib/csv.ts';
import { logCoveringNumber, theorem31, type Bound, type Ingredients } from './bound.ts';

export const coveringSchema = z
  .union([
    z.strictObject({
      k: z.int().positive().describe('Dimension of the manifold that the data lie on'),
      cX: z.number().positive().describe('C_X, in the unit of pixels in [0, 1]'),
    }),
    z.strictObject({ K: z.number().min(1).describe('Number of balls itself') }),
  ])
  .describe('The covering number of the data: (C_X / epsilon)^k, or a number of balls');
export type Covering = z.output<typeof coveringSchema>;

export const boundRow = z.object({
  /** Empty where a number of balls was given. */
  k: z.string(),
  cX: z.string(),
  logK: numberColumn,
  marginTerm: numberColumn,
  logComplexityTerm: numberColumn,
  logBound: numberColumn,
  verdict: z.enum(['vacuous', 'informative']),
});
export type BoundRow = z.output<typeof boundRow>;
export const boundColumns = Object.keys(boundRow.shape) as (keyof BoundRow)[];

/** @param epsilon radius of the balls, as a fraction of the pixel range */
export function boundRowOf(
  covering: Covering,
  epsilon: number,
  ingredients: Omit<Ingredients, 'logK'>,
): BoundRow & Bound {
  const ofManifold = 'k' in covering;
  const logK = ofManifold ? Math.max(0, logCoveringNumber(covering, epsilon)) : Math.log(covering.K);
  return {
    k: ofManifold ? String(covering.k) : '',
    cX: ofManifold ? String(covering.cX) : '',
    logK,
    ...theorem31({ ...ingredients, logK }),
  };
}
