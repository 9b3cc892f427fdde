/** From tables of spectra, one a run, to the points of a curve over layers. */
import type { ManyItem } from 'ar-pipe';
import { readCsv } from '../lib/csv.ts';
import type { StudyCaption } from '../results/caption.ts';
import { layerRow, type LayerRow, type SpectrumForm } from '../spectrum/layers-table.ts';
import { stdGroups } from '../spectrum/std-groups.ts';
import { groupBy, overSeeds } from './over-seeds.ts';
import type { PlotPoint } from './points.ts';
import { strengthLabel } from './strengths.ts';
import { runsOf, type Measured } from './study-runs.ts';

/** The layers of one run. */
export type Spectrum = Measured<readonly LayerRow[]>;

export const spectraOf = (study: StudyCaption, items: readonly ManyItem[], form: SpectrumForm): Spectrum[] =>
  runsOf(study, items, (path) => readCsv(path, layerRow).filter((row) => row.form === form));

/** STD of singular values per layer, over seeds; no points without runs. @throws where runs have other layers */
export function spectrumPoints(
  panel: string,
  { data, net }: StudyCaption,
  runs: readonly Spectrum[],
): PlotPoint[] {
  const rows = runs.flatMap(({ epsilon, value }) => value.map((row) => ({ ...row, strength: epsilon })));
  if (runs.length > 0) refuseOtherLayers(panel, rows, runs.length);
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
export function extremesOf(runs: readonly Spectrum[]): [weakest: number, strongest: number] | null {
  const strengths = runs.map(({ epsilon }) => epsilon).filter((epsilon) => epsilon > 0);
  const [weakest, strongest] = [Math.min(...strengths), Math.max(...strengths)];
  return weakest < strongest ? [weakest, strongest] : null;
}

/**
 * In how many layers the weakest training attack leaves a greater STD than the strongest, as a panel's second line. Seed by seed, as
 * the claims count them: means over seeds fall in more layers than most seeds do.
 */
export function changeText(runs: readonly Spectrum[]): { subtitle?: string } {
  const extremes = extremesOf(runs);
  if (extremes === null) return {};
  const [weakest, strongest] = extremes;
  const stds = (at: number, seed: number) =>
    runs.find((run) => run.epsilon === at && run.seed === seed)?.value.map(({ std }) => std);
  const counts = runs
    .filter(({ epsilon }) => epsilon === weakest)
    .flatMap(({ seed }) => {
      const [weaker, stronger] = [stds(weakest, seed)!, stds(strongest, seed)];
      return stronger === undefined ? [] : [stdGroups(weaker, stronger).fell.layers];
    });
  if (counts.length === 0) return {};
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  const layers = `${runs[0]!.value.length} layers`;
  const where = least === most ? `${most} of ${layers}` : `${least}–${most} of ${layers} a seed`;
  // Short: a line longer than its panel would push the next panel aside.
  return { subtitle: `${strengthLabel(strongest)} below ${strengthLabel(weakest)} in ${where}` };
}
