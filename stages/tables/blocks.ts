/** Which runs stand in a block, as a parameter of the table stages. */
import type { ManyItem } from 'ar-pipe';
import * as z from 'zod';
import { isOfKind, runKindSchema, runOf, type Run } from '../results/run.ts';

export const blockSchema = z.strictObject({
  title: z.string().describe('Printed above the rows'),
  runs: runKindSchema
    .nullable()
    .describe('Labels of the runs; null where the profile has none: the table says so'),
});
export type BlockParams = z.output<typeof blockSchema>;

/** A file of one run. */
export interface OfRun {
  readonly path: string;
  readonly run: Run;
}

/** The files of the block's runs. @throws where there is none: the labels do not fit those of the grid */
export function filesOfBlock(
  items: readonly ManyItem[],
  { title, runs }: BlockParams,
  what: string,
): OfRun[] {
  if (runs === null) return [];
  const found = items
    .map((item) => ({ path: item.path, run: runOf(item) }))
    .filter(({ run }) => isOfKind(run, runs));
  if (found.length === 0)
    throw new Error(
      `the block '${title}' has no ${what}: no step with the labels ${JSON.stringify(runs)} was given`,
    );
  return found;
}

/** Identity of a run within a block. */
export const seedAndStrength = ({ seed, epsilon }: Run): string => `seed ${seed}, strength ${epsilon}`;
