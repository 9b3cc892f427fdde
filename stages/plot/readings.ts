/** From the tables of other stages to the points of a figure. */
import type { ManyItem } from 'ar-pipe';
import { readCsv } from '../lib/csv.ts';
import type { BinRow, PictureSetName } from '../histogram/histograms.ts';
import type { Quantity } from '../histogram/runs.ts';
import { runOf } from '../results/run.ts';
import { layerRow, type LayerRow, type SpectrumForm } from '../spectrum/layers-table.ts';
import { groupBy, overSeeds } from './over-seeds.ts';
import type { PlotPoint } from './points.ts';

/**
 * Counts per bin over seeds. @throws where the table has no such histogram
 */
export function histogramPoints(
  panel: string,
  rows: readonly BinRow[],
  quantity: Quantity,
  set: PictureSetName,
): PlotPoint[] {
  const wanted = rows.filter((row) => row.quantity === quantity && row.set === set);
  if (wanted.length === 0)
    throw new Error(`panel ${panel}: the histograms have no ${quantity} of ${set} pictures`);
  return groupBy(wanted, ({ strength, lo }) => `${strength} ${lo}`).map((bins) => {
    const { strength, lo, hi } = bins[0]!;
    return { panel, strength, x: lo, xEnd: hi, label: '', ...overSeeds(bins.map(({ count }) => count)) };
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

/** STD of singular values per layer, over seeds, from one table of spectra a run. @throws where runs have other layers */
export function spectrumPoints(panel: string, items: readonly ManyItem[], form: SpectrumForm): PlotPoint[] {
  const rows = items.flatMap((item) => {
    const layers = readCsv(item.path, layerRow).filter((row) => row.form === form);
    const { epsilon, seed } = runOf(item);
    return layers.map((row) => ({ ...row, strength: epsilon, seed }));
  });
  refuseOtherLayers(panel, rows, items.length);
  return groupBy(rows, ({ strength, layer }) => `${strength} ${layer}`)
    .map((runs): PlotPoint => {
      const { strength, layer, name } = runs[0]!;
      return {
        panel,
        strength,
        x: layer,
        xEnd: layer,
        label: name,
        ...overSeeds(runs.map(({ std }) => std)),
      };
    })
    .sort((a, b) => a.strength - b.strength || a.x - b.x);
}

function refuseOtherLayers(panel: string, rows: readonly LayerRow[], runs: number): void {
  const layers = groupBy(rows, ({ layer, name }) => `${layer} ${name}`);
  if (rows.length === 0 || layers.some(({ length }) => length !== runs)) {
    throw new Error(
      `panel ${panel}: the ${runs} tables of spectra are not of the same layers; are they of one net?`,
    );
  }
}
