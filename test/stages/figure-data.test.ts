/** What each figure writes beside its picture is what it was given. */
import { csvParse } from 'd3-dsv';
import { describe, expect, it } from 'vitest';
import figure1 from '../../stages/figure-1.ts';
import figure12 from '../../stages/figure-12.ts';
import figure6 from '../../stages/figure-6.ts';
import figure8 from '../../stages/figure-8.ts';
import figureGaps from '../../stages/figure-gaps.ts';
import figureMargins from '../../stages/figure-margins.ts';
import * as made from './figure-data.ts';
import { runStage, temporaryFolder, type Made } from './figure-rig.ts';

const { fashion, cellsOf, filesOf, fontFiles } = made;
const cells = cellsOf(fashion);
const strengths = [4, 8, 16];

interface Line {
  readonly panel: string;
  readonly series: string;
  readonly strength: number;
  readonly x: number;
  readonly xEnd: number;
  readonly mean: number;
  readonly sp: string;
}
const linesOf = ({ text }: Made, id: string): Line[] =>
  csvParse(text(`${id}.csv`), (row) => ({
    panel: row['panel']!,
    series: row['series']!,
    sp: row['sp']!,
    strength: Number(row['strength']),
    x: Number(row['x']),
    xEnd: Number(row['xEnd']),
    mean: Number(row['mean']),
  }));

describe('figure 3', () => {
  it('plots means over seeds of gaps, and of what they are differences of', async () => {
    const folder = temporaryFolder();
    const needs = { summaries: filesOf(folder, 'summary.json', cells, made.summaryText), ...fontFiles };
    const lines = linesOf(await runStage(figureGaps, needs, { id: 'fig3', caption: made.quick() }), 'fig3');
    const at = (series: string, strength: number) =>
      lines.find((line) => line.series === series && line.strength === strength)!.mean;
    const gapOf = (text: string) => (JSON.parse(text) as { lossGap: number }).lossGap;
    for (const strength of strengths) {
      const gaps = cells
        .filter(({ epsilon }) => epsilon === strength)
        .map((run) => gapOf(made.summaryText(run)));
      expect(at('loss gap (test − train)', strength)).toBeCloseTo(gaps.reduce((a, b) => a + b) / 3);
      expect(at('test loss', strength) - at('train loss', strength)).toBeCloseTo(
        at('loss gap (test − train)', strength),
      );
      expect(at('test error', strength) - at('train error', strength)).toBeCloseTo(
        at('error gap (test − train)', strength),
      );
    }
    expect(lines).toHaveLength(6 * 3);
  });
});

describe('figure 4', () => {
  it('plots densities: each curve encloses an area of one', async () => {
    const folder = temporaryFolder();
    const histograms = [{ path: made.histogramsFile(folder, cells), cell: {} }];
    const params = { id: 'fig4', caption: made.quick(['CIFAR-100']) };
    const lines = linesOf(await runStage(figureMargins, { histograms, ...fontFiles }, params), 'fig4');
    for (const panel of ['a', 'c']) {
      for (const strength of strengths) {
        const bins = lines.filter((line) => line.panel === panel && line.strength === strength);
        expect(bins.reduce((area, { x, xEnd, mean }) => area + mean * (xEnd - x), 0)).toBeCloseTo(1);
      }
    }
    expect(new Set(lines.map(({ panel }) => panel))).toEqual(new Set(['a', 'c']));
  });
});

describe('figure 1', () => {
  it('leaves the middle strength out of panel a, and plots robust accuracy under the fixed attack', async () => {
    const folder = temporaryFolder();
    const needs = {
      histograms: made.histogramsFile(folder, cells),
      spectra: filesOf(folder, 'spectra.csv', cells, made.spectraText(7)),
      summaries: filesOf(folder, 'summary.json', cells, made.summaryText),
      attacks: filesOf(folder, 'attacks.csv', cells, made.attacksText),
      ...fontFiles,
    };
    const drawn = await runStage(figure1, needs, { caption: made.quick() });
    const lines = linesOf(drawn, 'fig1');
    const strengthsIn = (panel: string) => [
      ...new Set(lines.filter((line) => line.panel === panel).map(({ strength }) => strength)),
    ];
    expect([strengthsIn('a'), strengthsIn('b'), strengthsIn('c')]).toEqual([[4, 16], strengths, strengths]);
    const robust = lines.filter(({ series }) => series === 'robust').map(({ mean }) => mean);
    expect(robust).toEqual([...robust].sort((a, b) => a - b));
    expect(drawn.text('fig1.svg')).toContain('robust accuracy under PGD-10, step 2/255, ε 8/255');
  });
});

describe('figure 6', () => {
  const draw = async (levels: readonly ('none' | number)[], params: object = {}) => {
    const folder = temporaryFolder();
    const all = levels.flatMap((sp) => cellsOf(fashion, { sp }));
    const needs = {
      summaries: filesOf(folder, 'summary.json', all, made.summaryText),
      training: filesOf(folder, 'metrics.json', all, made.trainingText),
      ...fontFiles,
    };
    return runStage(figure6, needs, { caption: made.quick(), ...params });
  };

  it('has two panels a level, and says which were not run and which never clipped', async () => {
    const drawn = await draw(['none', 5, 1]);
    const svg = drawn.text('fig6.svg');
    for (const [said, times] of [
      ['Uncontrolled', 2],
      ['(SP 3)', 2],
      ['No runs at this level', 2],
      ['never clipped: the same as uncontrolled', 2],
      ['clipped in every run', 2],
    ] as const)
      expect(svg.split(`${said}</t`), said).toHaveLength(times + 1);
    expect(new Set(linesOf(drawn, 'fig6').map(({ sp }) => sp))).toEqual(new Set(['none', '5', '1']));
  });

  it('refuses runs of a level it has no panel for', async () => {
    await expect(draw(['none', 2])).rejects.toThrow('SP 2');
    await expect(draw(['none', 2], { levels: ['none', 2] })).resolves.toBeDefined();
  });
});

describe('figure 8', () => {
  it('plots, over attack strengths, means that fall with the strength of the defence', async () => {
    const variations = filesOf(temporaryFolder(), 'loss-variation.csv', cells, made.variationText);
    const drawn = await runStage(figure8, { variations, ...fontFiles }, { caption: made.quick() });
    expect(drawn.text('fig8.svg')).toContain(
      'attack: PGD-10, step 2/255, clean start; the iterate of greatest loss counts',
    );
    const lines = linesOf(drawn, 'fig8');
    for (const attack of strengths) {
      const means = lines.filter(({ x, series }) => x === attack && series.startsWith('mean'));
      expect(means.map(({ strength }) => strength)).toEqual(strengths);
      expect(means.map(({ mean }) => mean)).toEqual(means.map(({ mean }) => mean).sort((a, b) => b - a));
    }
  });
});

describe('figure 12', () => {
  it('plots the fixed and the matched attack, the latter marked as ours', async () => {
    const attacks = filesOf(temporaryFolder(), 'attacks.csv', cells, made.attacksText);
    const drawn = await runStage(figure12, { attacks, ...fontFiles }, { caption: made.quick() });
    expect(linesOf(drawn, 'fig12').map(({ series, strength }) => [series, strength])).toEqual(
      ['fixed', 'matched'].flatMap((series) => strengths.map((strength) => [series, strength])),
    );
    expect(drawn.text('fig12.svg')).toContain('ε as in training (ours)');
  });
});
