import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import figure5 from '../../stages/figure-5.ts';
import { writeCsv } from '../../stages/lib/csv.ts';
import { RandomStream } from '../../stages/lib/random.ts';
import marginHistogram from '../../stages/margin-histogram.ts';
import { layerColumns, type LayerRow } from '../../stages/spectrum/layers-table.ts';
import { cellOf } from './cells.ts';
import { runStage, scoresFile, temporaryFolder, type Made } from './figure-rig.ts';

const fonts = fileURLToPath(new URL('../../node_modules/dejavu-fonts-ttf/ttf/', import.meta.url));
const params = {
  profile: 'quick',
  dataset: 'Fashion-MNIST (subset)',
  otherDataset: 'CIFAR-100',
  net: 'ResNet-8, width 16',
  attack: 'PGD-3, step 2.5 ε/3',
  trainingPictures: 512,
};
const strengths = [4, 8, 16];

interface Study {
  readonly seeds: number;
  readonly layers: number;
  readonly second?: boolean;
  /** Edits a layer's row before it is written. */
  readonly change?: (row: LayerRow) => LayerRow;
}

/** Made-up results: losses grow and STDs fall with the strength. */
async function study({ seeds, layers, second = false, change = (row) => row }: Study) {
  const folder = temporaryFolder();
  const cells = strengths.flatMap((epsilon) =>
    Array.from({ length: seeds }, (_, seed) => cellOf({ epsilon, seed })),
  );
  const test = cells.map((cell) => ({
    path: scoresFile(folder, `scores-${cell.epsilon}-${cell.seed}`, madeUpScores(cell.epsilon, cell.seed)),
    cell,
  }));
  const spectra = (set: string) =>
    cells.map((cell) => {
      const path = join(folder, `${set}-${cell.epsilon}-${cell.seed}.csv`);
      const rows = Array.from({ length: layers }, (_, i) =>
        change(madeUpLayer(i + 1, cell.epsilon, cell.seed)),
      );
      writeCsv(path, layerColumns, rows);
      return { path, cell };
    });
  const histograms = (await runStage(marginHistogram, { test, train: [] })).path('histograms.csv');
  return { histograms, spectra: spectra('first'), otherSpectra: second ? spectra('second') : [] };
}

function madeUpScores(epsilon: number, seed: number) {
  const random = new RandomStream(seed, 'noise', [epsilon]);
  const margin = Array.from({ length: 500 }, () => (5.5 - epsilon / 5) * (0.7 + 0.9 * random.normal()));
  const loss = margin.map((m) => Math.log1p(Math.exp(-m)));
  return { margin, loss, prob: loss.map((l) => Math.exp(-l)) };
}

function madeUpLayer(layer: number, epsilon: number, seed: number): LayerRow {
  const random = new RandomStream(seed, 'noise', [epsilon, layer]);
  const std = 0.5 + 0.2 * Math.sin(layer) - epsilon / 80 + 0.04 * random.normal() + 0.002 * layer;
  const sizes = { n: 28, stride: 1, inputs: 16, outputs: 16, count: 100 };
  return {
    layer,
    name: `layer${layer}.weight`,
    form: 'operator',
    ...sizes,
    max: 2,
    min: 0,
    mean: 1,
    std,
    frobenius: 30,
  };
}

const draw = async (made: Study, other: object = {}): Promise<Made> =>
  runStage(
    figure5,
    { ...(await study(made)), font: `${fonts}DejaVuSans.ttf`, boldFont: `${fonts}DejaVuSans-Bold.ttf` },
    { ...params, ...other },
  );

describe('figure 5', () => {
  it('says its scale, writes what it plots, and draws text with the font given', async () => {
    const { path, text } = await draw({ seeds: 3, layers: 7 });
    const svg = text('fig5.svg');
    for (const said of [
      params.profile,
      params.dataset,
      params.net,
      params.attack,
      '512 training',
      '500 test',
      '3 seeds',
    ])
      expect(svg).toContain(said);
    expect(svg).toContain('smaller at 16/255 than at 4/255 in 7 of 7 layers');
    for (const strength of strengths) expect(svg).toContain(`>${strength}/255</text>`);

    const lines = text('fig5.csv').trim().split('\n');
    expect(lines[0]).toBe('panel,strength,x,xEnd,label,mean,least,greatest,seeds');
    const panels = lines.slice(1).map((line) => line[0]);
    const count = (panel: string) => panels.filter((p) => p === panel).length;
    expect([count('a'), count('b'), count('c'), count('d')]).toEqual([150, 150, 21, 0]);
    const [, , , , , mean, least, greatest, seeds] = lines.at(-1)!.split(',').map(Number);
    expect(seeds).toBe(3);
    expect(least).toBeLessThan(mean!);
    expect(mean).toBeLessThan(greatest!);

    const png = readFileSync(path('fig5.png'));
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect(png.readUInt32BE(16)).toBeGreaterThan(2000);
  });

  it('says in the panel which data set the profile has not; figure 11 is its twin for FGSM', async () => {
    const absent = (await draw({ seeds: 1, layers: 7 })).text('fig5.svg');
    expect(absent).toContain('CIFAR-100 is not part of');
    const present = (await draw({ seeds: 1, layers: 7, second: true }, { id: 'fig11' })).text('fig11.svg');
    expect(present).not.toContain('is not part of');
    expect(present).toContain('STD of singular values, CIFAR-100');
    expect(present).toContain('Figure 11');
  });

  it('is the same bytes each time', async () => {
    const digests = async () => {
      const { path } = await draw({ seeds: 2, layers: 7 });
      return ['fig5.svg', 'fig5.png', 'fig5.csv', 'fig5.vl.json'].map((name) =>
        createHash('sha256')
          .update(readFileSync(path(name)))
          .digest('hex'),
      );
    };
    expect(await digests()).toEqual(await digests());
  });

  it('refuses values that are not numbers, naming file, line and column', async () => {
    const change = (row: LayerRow) => (row.layer === 3 ? { ...row, std: NaN } : row);
    await expect(draw({ seeds: 1, layers: 7, change })).rejects.toThrow(/first-4-0\.csv:4: column 'std'/);
  });

  it('refuses tables of different nets', async () => {
    let rows = 0;
    const change = (row: LayerRow) => ({ ...row, name: rows++ === 0 ? 'other.weight' : row.name });
    await expect(draw({ seeds: 2, layers: 3, change })).rejects.toThrow('are they of one net?');
  });

  it.runIf(process.env['KEEP_FIGURES'])('is kept for the eye', async () => {
    const folder = process.env['KEEP_FIGURES']!;
    if (!existsSync(folder)) mkdirSync(folder, { recursive: true });
    for (const [name, made] of [
      ['small', { seeds: 3, layers: 7 }],
      ['large', { seeds: 3, layers: 55, second: true }],
    ] as const) {
      const { path } = await draw(made);
      for (const kind of ['png', 'svg'])
        writeFileSync(join(folder, `${name}.${kind}`), readFileSync(path(`fig5.${kind}`)));
    }
  });
});
