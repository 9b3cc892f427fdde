/** Rows of table 1: per attack strength the mean and the STD of the loss's change over all pictures. */
import type { Run } from '../results/run.ts';
import type { VariationRow } from '../results/variation-table.ts';
import { cellOf } from './cell.ts';
import { strengthsOf } from './performance.ts';
import type { Row } from './table.ts';

/** The lines of one run's loss-variation.csv. */
export interface Variation {
  readonly run: Run;
  readonly rows: readonly VariationRow[];
}

/** @throws naming the run that was not attacked as strongly as the others */
export function variationRows(runs: readonly Variation[]): Row[] {
  const attacks = new Set(runs.flatMap(({ rows }) => rows.map(({ epsilon }) => epsilon)));
  return [...attacks]
    .sort((a, b) => a - b)
    .flatMap((epsilon) =>
      (['mean', 'std'] as const).map((statistic): Row => ({
        quantity: `${statistic}-${epsilon}`,
        label: `Attack ${epsilon}/255, ${statistic === 'mean' ? 'mean' : 'STD'}`,
        unit: 'loss',
        ours: false,
        cells: strengthsOf(runs).map((strength) =>
          cellOf(
            strength,
            runs
              .filter(({ run }) => run.epsilon === strength)
              .map((variation) => ({
                seed: variation.run.seed,
                value: ofAll(variation, epsilon)[statistic],
              })),
          ),
        ),
      })),
    );
}

function ofAll({ run, rows }: Variation, epsilon: number): VariationRow {
  const found = rows.find((row) => row.epsilon === epsilon && row.examplesOf === 'all');
  if (found) return found;
  throw new Error(
    `the run of strength ${run.epsilon} and seed ${run.seed} on ${run.data} has no loss variation at ${epsilon}/255, others have`,
  );
}
