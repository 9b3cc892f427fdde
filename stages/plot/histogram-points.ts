/** From histograms.csv to the points of stepped lines. */
import type { ManyItem } from 'ar-pipe';
import type { BinRow, PictureSetName } from '../histogram/histograms.ts';
import { binRow } from '../histogram/histograms.ts';
import type { Quantity } from '../histogram/runs.ts';
import { readCsv } from '../lib/csv.ts';
import type { StudyCaption } from '../results/caption.ts';
import { groupBy, overSeeds } from './over-seeds.ts';
import type { PlotPoint } from './points.ts';

/** What is drawn: of which quantity, of which pictures, as a number of examples or as a density. */
export interface HistogramChoice {
  readonly quantity: Quantity;
  readonly set: PictureSetName;
  readonly height: 'count' | 'density';
}

/** Heights of bins over seeds. @throws where the table has no such histogram */
export function histogramPoints(
  panel: string,
  { data, net }: StudyCaption,
  rows: readonly BinRow[],
  { quantity, set, height }: HistogramChoice,
): PlotPoint[] {
  const wanted = rows.filter((row) => row.quantity === quantity && row.set === set);
  if (wanted.length === 0)
    throw new Error(`panel ${panel}: the histograms have no ${quantity} of ${set} pictures`);
  const series = `${quantity}, ${set}, ${height}`;
  return groupBy(wanted, ({ strength, lo }) => `${strength} ${lo}`).map((bins) => {
    const { strength, lo, hi } = bins[0]!;
    const heights = overSeeds(bins.map((bin) => bin[height]));
    return { panel, data, net, sp: 'none', series, strength, x: lo, xEnd: hi, label: '', ...heights };
  });
}

/** Number of examples in each run's histogram. @throws where runs differ */
export function examplesOf(rows: readonly BinRow[], set: PictureSetName): number {
  const ofSet = rows.filter((row) => row.set === set && row.quantity === 'probability');
  const runs = groupBy(ofSet, ({ strength, seed }) => `${strength} ${seed}`);
  const counts = new Set(runs.map((bins) => bins.reduce((sum, { count }) => sum + count, 0)));
  if (counts.size !== 1)
    throw new Error(`runs to be drawn together have ${[...counts].join(', ')} ${set} examples`);
  return [...counts][0]!;
}

/**
 * The histograms of each study: one table a study, in the same order, since a table is of the runs of one.
 * @throws where their numbers differ, or a table's own labels name another data set or net
 */
export function histogramsOf(
  studies: readonly StudyCaption[],
  items: readonly ManyItem[],
): Map<StudyCaption, BinRow[]> {
  if (items.length !== studies.length) {
    throw new Error(
      `${items.length} tables of histograms were given for ${studies.length} studies: bind one a study, in the caption's order`,
    );
  }
  return new Map(
    studies.map((study, i) => {
      const { path, cell } = items[i]!;
      if ((cell['data'] ?? study.data) !== study.data || (cell['net'] ?? study.net) !== study.net) {
        throw new Error(
          `${path} comes from the cell ${JSON.stringify(cell)}, but study ${i + 1} of the caption is ${study.data} with ${study.net}`,
        );
      }
      return [study, readCsv(path, binRow)];
    }),
  );
}
