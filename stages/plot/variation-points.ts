/** Maximal changes of the loss, from loss-variation.csv, one a run, to the points of figure 8. */
import { readCsv } from '../lib/csv.ts';
import { variationRow, type VariationRow } from '../results/variation-table.ts';
import { groupBy, overSeeds } from './over-seeds.ts';
import type { PlotPoint } from './points.ts';
import type { Measured } from './study-runs.ts';

/** The rows of a run that are over all examples. */
export const readVariation = (path: string): readonly VariationRow[] =>
  readCsv(path, variationRow).filter(({ examplesOf }) => examplesOf === 'all');

export const variationSeries = { mean: 'mean loss variation', std: 'STD of loss variation' } as const;

/** For each strength of training and of attack (x) the mean and the STD over examples, each over seeds. */
export function variationPoints(
  panel: string,
  runs: readonly Measured<readonly VariationRow[]>[],
): PlotPoint[] {
  const rows = runs.flatMap(({ value, ...run }) => value.map((row) => ({ run, row })));
  return groupBy(rows, ({ run, row }) => `${run.epsilon} ${row.epsilon}`).flatMap((seeds) => {
    const { run, row } = seeds[0]!;
    const { data, net, sp, epsilon: strength } = run;
    const place = { panel, data, net, sp, strength, x: row.epsilon, xEnd: row.epsilon, label: '' };
    return (['mean', 'std'] as const).map((statistic) => ({
      ...place,
      series: variationSeries[statistic],
      ...overSeeds(seeds.map((seed) => seed.row[statistic])),
    }));
  });
}
