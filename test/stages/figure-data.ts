/** Made-up results of a grid of runs, in the files that figures read. Trends are the paper's; numbers are not. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ManyItem } from 'ar-pipe';
import { binColumns, histogramRows } from '../../stages/histogram/histograms.ts';
import type { EvaluatedRun } from '../../stages/histogram/runs.ts';
import { csvText, writeCsv } from '../../stages/lib/csv.ts';
import { RandomStream } from '../../stages/lib/random.ts';
import { attackColumns, type AttackRow } from '../../stages/results/attack-table.ts';
import type { Caption, StudyCaption } from '../../stages/results/caption.ts';
import type { Run } from '../../stages/results/run.ts';
import { variationColumns, type VariationRow } from '../../stages/results/variation-table.ts';
import { layerColumns, type LayerRow } from '../../stages/spectrum/layers-table.ts';
import { cellOf } from './cells.ts';

const fonts = fileURLToPath(new URL('../../node_modules/dejavu-fonts-ttf/ttf/', import.meta.url));
export const fontFiles = { font: `${fonts}DejaVuSans.ttf`, boldFont: `${fonts}DejaVuSans-Bold.ttf` };

export const fashion: StudyCaption = {
  data: 'fashion-mnist',
  net: 'resnet-8',
  dataTitle: 'Fashion-MNIST (subset)',
  netTitle: 'Fixup ResNet-8, width 16, no batch norm',
  attackTitle: 'PGD-3, step max(2, 2.5 ε / 3) / 255',
  trainingPictures: 240,
};
const cifar = (data: 'cifar-10' | 'cifar-100', depth: 56 | 110): StudyCaption => ({
  data,
  net: `resnet-${depth}`,
  dataTitle: data.replace('cifar', 'CIFAR'),
  netTitle: `Fixup ResNet-${depth}, no batch norm`,
  attackTitle: 'PGD-10, step 2/255',
  trainingPictures: 50_000,
});
export const cifars = {
  c10: cifar('cifar-10', 56),
  c100: cifar('cifar-100', 56),
  deep10: cifar('cifar-10', 110),
  deep100: cifar('cifar-100', 110),
};
export const tiny: StudyCaption = {
  data: 'tiny-imagenet',
  net: 'wrn-50-2',
  dataTitle: 'Tiny-ImageNet',
  netTitle: 'WRN-50-2-bottleneck with batch norm',
  attackTitle: 'PGD-10, step 2/255',
  trainingPictures: 100_000,
};

export const quick = (absent: string[] = []): Caption => ({ profile: 'quick', studies: [fashion], absent });
export const published = (...studies: StudyCaption[]): Caption => ({ profile: 'paper', studies, absent: [] });

export interface GridOf {
  readonly seeds?: number;
  readonly epsilons?: readonly number[];
  readonly sp?: Run['sp'];
}

/** The cells of a study's grid. */
export function cellsOf(
  { data, net }: StudyCaption,
  { seeds = 3, epsilons = [4, 8, 16], sp = 'none' }: GridOf = {},
): Run[] {
  return epsilons.flatMap((epsilon) =>
    Array.from({ length: seeds }, (_, seed) => {
      const attack = epsilon === 0 ? 'none' : 'pgd';
      return cellOf({ data, net, sp, attack, epsilon, seed });
    }),
  );
}

/** Writes a file for each cell, in a folder of its own as the engine gives them. */
export function filesOf(
  folder: string,
  name: string,
  cells: readonly Run[],
  textOf: (run: Run) => string,
): ManyItem[] {
  return cells.map((cell) => {
    const own = join(folder, [name, cell.data, cell.net, `sp-${cell.sp}`, cell.epsilon, cell.seed].join('-'));
    mkdirSync(own, { recursive: true });
    const path = join(own, name);
    writeFileSync(path, textOf(cell));
    return { path, cell: { ...cell } };
  });
}

/** Draws that belong to a run and a purpose. */
const noise = ({ epsilon, seed }: Run, purpose: number) =>
  new RandomStream(seed, 'noise', [epsilon, purpose]);

export function summaryText(run: Run): string {
  const random = noise(run, 1);
  const sp = run.sp === 'none' ? 0 : 0.1 / run.sp;
  const harder = run.data === 'cifar-100' ? 1.1 : 0;
  const train = {
    loss: 0.1 + harder + 0.04 * run.epsilon + sp + 0.02 * random.uniform(),
    accuracy: 0.97 - harder / 4 - 0.012 * run.epsilon - sp,
  };
  const test = {
    loss: train.loss + 0.5 - 0.022 * run.epsilon - sp + 0.03 * random.uniform(),
    accuracy: train.accuracy - 0.08 - 0.004 * run.epsilon + 0.02 * random.uniform(),
  };
  return JSON.stringify({
    train: { ...train, pictures: 240 },
    test: { ...test, pictures: 2000 },
    lossGap: test.loss - train.loss,
    errorGap: train.accuracy - test.accuracy,
  });
}

export const trainingText = (run: Run): string =>
  JSON.stringify({
    logSpectralComplexity: run.sp === 'none' ? 61.3 : 20 * Math.log(run.sp) + 5,
    layersClipped: run.sp === 'none' || run.sp === 5 ? 0 : 40,
  });

export function attacksText(run: Run): string {
  const random = noise(run, 2);
  const row = (name: string, epsilon: number, conditional: number): AttackRow => ({
    ...{
      name,
      kind: 'pgd',
      epsilon,
      stepSize: 2,
      steps: 10,
      restarts: 1,
      randomStart: 'true',
      examples: 1000,
    },
    ...{ cleanAccuracy: 0.8, conditional, unconditional: 0.8 * conditional, loss: 1 },
  });
  const share = 0.2 + 0.03 * run.epsilon + 0.03 * random.uniform();
  return csvText(attackColumns, [
    row('fixed', 8, share),
    row('matched', run.epsilon, 0.75 - 0.02 * run.epsilon + 0.03 * random.uniform()),
  ]);
}

/** Figure 8's attacks, on all, right and wrong examples. */
export function variationText(run: Run): string {
  const random = noise(run, 3);
  const rows = [4, 8, 16].flatMap((epsilon) =>
    (['all', 'right', 'wrong'] as const).map((examplesOf): VariationRow => {
      const mean = (epsilon * (1.2 + 0.1 * random.uniform())) / (run.epsilon + 4);
      const attack = { epsilon, steps: 10, stepSize: 2, randomStart: 'false' } as const;
      return { ...attack, examplesOf, examples: 1000, mean, std: 0.8 * mean };
    }),
  );
  return csvText(variationColumns, rows);
}

export const spectraText =
  (layers: number, change: (row: LayerRow, run: Run) => LayerRow = (row) => row) =>
  (run: Run): string =>
    csvText(
      layerColumns,
      Array.from({ length: layers }, (_, i) => change(layerOf(i + 1, run), run)),
    );

function layerOf(layer: number, run: Run): LayerRow {
  const random = new RandomStream(run.seed, 'noise', [run.epsilon, 4, layer]);
  const std = 0.5 + 0.2 * Math.sin(layer) - run.epsilon / 80 + 0.04 * random.normal() + 0.002 * layer;
  return {
    ...{ layer, name: `layer${layer}.weight`, form: 'operator', n: 28, stride: 1, inputs: 16, outputs: 16 },
    ...{ count: 100, max: 2, min: 0, mean: 1, std, frobenius: 30 },
  };
}

/** One table of histograms of all cells. */
export function histogramsFile(folder: string, cells: readonly Run[], examples = 500): string {
  const path = join(folder, `histograms-${cells[0]!.data}-${cells[0]!.net}.csv`);
  const runs = cells.map((run) => evaluated(run, examples));
  const bins = { margin: 60, probability: 50, loss: 50 };
  writeCsv(path, binColumns, [...histogramRows('test', runs, bins), ...histogramRows('train', runs, bins)]);
  return path;
}

function evaluated(run: Run, examples: number): EvaluatedRun {
  const random = noise(run, 5);
  const margin = Float32Array.from(
    { length: examples },
    () => (5.5 - run.epsilon / 5) * (0.7 + 0.9 * random.normal()),
  );
  const loss = margin.map((m) => Math.log1p(Math.exp(-m)));
  const probability = loss.map((l) => Math.exp(-l));
  return { strength: run.epsilon, seed: run.seed, values: { margin, probability, loss } };
}
