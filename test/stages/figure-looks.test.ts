/** What all figures have in common; with KEEP_FIGURES set to a folder, pictures are kept there for the eye. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ManyItem } from 'ar-pipe';
import { describe, expect, it } from 'vitest';
import figure1 from '../../stages/figure-1.ts';
import figure12 from '../../stages/figure-12.ts';
import figure5 from '../../stages/figure-5.ts';
import figure6 from '../../stages/figure-6.ts';
import figure8 from '../../stages/figure-8.ts';
import figureGaps from '../../stages/figure-gaps.ts';
import figureMargins from '../../stages/figure-margins.ts';
import type { Caption } from '../../stages/results/caption.ts';
import type { Run } from '../../stages/results/run.ts';
import * as made from './figure-data.ts';
import { runStage, temporaryFolder, type Made } from './figure-rig.ts';

type Files = (name: string, textOf: (run: Run) => string, cells?: readonly Run[]) => ManyItem[];

interface Drawing {
  readonly stage: unknown;
  readonly id: string;
  readonly needs: (caption: Caption, files: Files, grid: made.GridOf, folder: string) => object;
  /** What the paper has and `quick` has not. */
  readonly absent: string[];
  readonly full: Caption;
}

const { c10, c100, deep10, deep100 } = made.cifars;
const both = made.published(c10, c100);
const cifar100 = ['CIFAR-100'];
const histograms = (caption: Caption, grid: made.GridOf, folder: string): ManyItem[] =>
  caption.studies.map((study) => {
    const path = made.histogramsFile(folder, made.cellsOf(study, grid));
    return { path, cell: { data: study.data, net: study.net } };
  });
const gaps = (id: string, absent: string[], full: Caption): Drawing => ({
  stage: figureGaps,
  id,
  needs: (_, files) => ({ summaries: files('summary.json', made.summaryText) }),
  absent,
  full,
});
const margins = (id: string): Drawing => ({
  stage: figureMargins,
  id,
  needs: (caption, _, grid, folder) => ({ histograms: histograms(caption, grid, folder) }),
  absent: cifar100,
  full: both,
});
const estimates = (id: string): Drawing => ({
  stage: figure5,
  id,
  needs: (caption, files, grid, folder) => ({
    histograms: histograms(caption, grid, folder)[0]!.path,
    spectra: files('spectra.csv', made.spectraText(caption.profile === 'quick' ? 7 : 55)),
  }),
  absent: cifar100,
  full: both,
});

const figures: readonly Drawing[] = [
  {
    stage: figure1,
    id: 'fig1',
    needs: (caption, files, grid, folder) => ({
      histograms: histograms(caption, grid, folder)[0]!.path,
      spectra: files('spectra.csv', made.spectraText(caption.profile === 'quick' ? 7 : 55)),
      summaries: files('summary.json', made.summaryText),
      attacks: files('attacks.csv', made.attacksText),
    }),
    absent: [],
    full: made.published(c10),
  },
  gaps('fig3', ['CIFAR-100', 'Tiny-ImageNet'], made.published(c10, c100, made.tiny)),
  margins('fig4'),
  estimates('fig5'),
  {
    stage: figure6,
    id: 'fig6',
    needs: (caption, files, grid) => {
      const levels = caption.profile === 'quick' ? (['none'] as const) : (['none', 5, 3, 1] as const);
      const cells = levels.flatMap((sp) => made.cellsOf(caption.studies[0]!, { ...grid, sp }));
      return {
        summaries: files('summary.json', made.summaryText, cells),
        training: files('metrics.json', made.trainingText, cells),
      };
    },
    absent: [],
    full: made.published(c10),
  },
  {
    stage: figure8,
    id: 'fig8',
    needs: (_, files) => ({ variations: files('loss-variation.csv', made.variationText) }),
    absent: cifar100,
    full: both,
  },
  {
    stage: figure12,
    id: 'fig12',
    needs: (_, files) => ({ attacks: files('attacks.csv', made.attacksText) }),
    absent: ['CIFAR-100', 'Tiny-ImageNet'],
    full: made.published(c10, deep10, c100, deep100, made.tiny),
  },
];

async function draw({ stage, id, needs }: Drawing, caption: Caption, grid: made.GridOf = {}): Promise<Made> {
  const folder = temporaryFolder();
  const all = caption.studies.flatMap((study) => made.cellsOf(study, grid));
  const files: Files = (name, textOf, cells = all) => made.filesOf(folder, name, cells, textOf);
  return runStage(stage, { ...needs(caption, files, grid, folder), ...made.fontFiles }, { id, caption });
}

const kinds = ['svg', 'png', 'csv', 'vl.json'];
const withOrdinary = { epsilons: [0, 4, 8, 16] };

describe.each(figures)('$id', (figure) => {
  const { id, absent, full } = figure;
  const small = made.quick(absent);

  it('says its scale and which data sets it has not, and is the same bytes each time', async () => {
    const { text, path } = await draw(figure, small, { seeds: 2 });
    const svg = text(`${id}.svg`);
    const { dataTitle, netTitle, attackTitle } = made.fashion;
    for (const said of [
      dataTitle,
      netTitle,
      attackTitle,
      '“quick”',
      '240 training and',
      'test pictures',
      '2 seeds',
    ])
      expect(svg).toContain(said);
    expect(svg).toContain(`>Figure ${id.slice(3)}: `);
    for (const title of absent) expect(svg).toContain(`${title} is not part of`);

    const again = await draw(figure, small, { seeds: 2 });
    for (const kind of kinds)
      expect(readFileSync(path(`${id}.${kind}`)).equals(readFileSync(again.path(`${id}.${kind}`)))).toBe(
        true,
      );
  });

  it('draws all data sets of a larger profile, and marks ordinary training as an addition', async () => {
    const svg = (await draw(figure, full, { ...withOrdinary, seeds: 1 })).text(`${id}.svg`);
    expect(svg).not.toContain('is not part of');
    for (const { dataTitle } of full.studies) expect(svg).toContain(dataTitle);
    expect(svg).toContain('none (ours)');
    expect(svg).not.toContain('NaN');
  });

  it.runIf(process.env['KEEP_FIGURES'])('is kept for the eye', async () => {
    const folder = process.env['KEEP_FIGURES']!;
    mkdirSync(folder, { recursive: true });
    for (const [name, caption, grid] of [
      ['quick', small, {}],
      ['paper', full, {}],
      ['ordinary', small, withOrdinary],
    ] as const) {
      const { path } = await draw(figure, caption, grid);
      for (const kind of kinds)
        writeFileSync(join(folder, `${id}-${name}.${kind}`), readFileSync(path(`${id}.${kind}`)));
    }
  });
});

// A stage's second figure has other data, a title and file names of its own.
describe.each([
  gaps('fig7', cifar100, made.published(deep10, deep100)),
  gaps('fig9', cifar100, both),
  margins('fig10'),
  estimates('fig11'),
])('$id', (figure) => {
  it('has its own title', async () => {
    const { id } = figure;
    expect((await draw(figure, made.quick(), { seeds: 1 })).text(`${id}.svg`)).toContain(
      `>Figure ${id.slice(3)}: `,
    );
  });
});
