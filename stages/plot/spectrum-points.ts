/** From tables of spectra, one a run, to the points of a curve over layers. */
import type { ManyItem } from 'ar-pipe';
import { readCsv } from '../lib/csv.ts';
import type { StudyCaption } from '../results/caption.ts';
import { layerRow, type LayerRow, type SpectrumForm } from '../spectrum/layers-table.ts';
import { stdGroups } from '../spectrum/std-groups.ts';
import { groupBy, overSeeds } from './over-seeds.ts';
import { strengthsOf, type PlotPoint } from './points.ts';
import { strengthLabel } from './strengths.ts';
import { runsOf } from './study-runs.ts';

/** STD of singular values per layer, over seeds; no points without runs. @throws where runs have other layers */
export function spectrumPoints(
  panel: string,
  study: StudyCaption,
  items: readonly ManyItem[],
  form: SpectrumForm,
): PlotPoint[] {
  const runs = runsOf(study, items, (path) => readCsv(path, layerRow).filter((row) => row.form === form));
  const rows = runs.flatMap(({ epsilon, value }) => value.map((row) => ({ ...row, strength: epsilon })));
  if (runs.length > 0) refuseOtherLayers(panel, rows, runs.length);
  const { data, net } = study;
  return groupBy(rows, ({ strength, layer }) => `${strength} ${layer}`)
    .map((ofSeeds): PlotPoint => {
      const { strength, layer, name } = ofSeeds[0]!;
      const stds = overSeeds(ofSeeds.map(({ std }) => std));
      const place = { strength, x: layer, xEnd: layer, label: name };
      return { panel, data, net, sp: 'none', series: 'STD of singular values', ...place, ...stds };
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

/** The least and the greatest strength of adversarial training; ordinary training does not count. */
export function extremesOf(points: readonly PlotPoint[]): [weakest: number, strongest: number] | null {
  const strengths = strengthsOf(points).filter((strength) => strength > 0);
  return strengths.length < 2 ? null : [strengths[0]!, strengths.at(-1)!];
}

/** In how many layers the weakest training attack leaves a greater STD than the strongest, as a panel's second line. */
export function changeText(points: readonly PlotPoint[]): { subtitle?: string } {
  const extremes = extremesOf(points);
  if (extremes === null) return {};
  const [weakest, strongest] = extremes;
  const means = (strength: number) =>
    points.filter((point) => point.strength === strength).map(({ mean }) => mean);
  const { fell } = stdGroups(means(weakest), means(strongest));
  const layers = means(weakest).length;
  return {
    subtitle: `smaller at ${strengthLabel(strongest)} than at ${strengthLabel(weakest)} in ${fell.layers} of ${layers} layers`,
  };
}
