import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { csvParse } from 'd3-dsv';
import { describe, expect, it } from 'vitest';
import { writeCsv } from '../../../stages/lib/csv.ts';
import lossVariationTable from '../../../stages/loss-variation-table.ts';
import performanceTable from '../../../stages/performance-table.ts';
import { attackColumns, type AttackRow } from '../../../stages/results/attack-table.ts';
import type { Run } from '../../../stages/results/run.ts';
import { variationColumns, type VariationRow } from '../../../stages/results/variation-table.ts';
import { cellOf as runCell } from '../cells.ts';
import { runStage, temporaryFolder } from '../figure-rig.ts';

const caption = {
  profile: 'quick',
  studies: [
    {
      data: 'fashion-mnist',
      net: 'resnet-8',
      dataTitle: 'Fashion-MNIST',
      netTitle: 'ResNet-8, 100 % ours & small_',
      attackTitle: 'PGD-3',
      trainingPictures: 1240,
    },
  ],
  absent: ['CIFAR-100'],
};
const plain = { data: 'fashion-mnist', net: 'resnet-8', attack: 'pgd', sp: 'none' };

interface Study {
  readonly seeds?: readonly number[];
  readonly sp?: Run['sp'];
  readonly attacks?: (run: Run) => Partial<AttackRow>[];
  readonly layersClipped?: (run: Run) => number;
}

/** Test accuracy 0.9 - strength / 100 + seed / 1000; train accuracy 0.05 above; the loss gap is 1 / strength. */
function study({
  seeds = [0, 1, 2],
  sp = 'none',
  attacks = bothAttacks,
  layersClipped = () => 0,
}: Study = {}) {
  const folder = temporaryFolder();
  const cells = [4, 8, 16].flatMap((epsilon) => seeds.map((seed) => runCell({ epsilon, seed, sp })));
  const write = (name: string, text: (run: Run) => string) =>
    cells.map((cell) => {
      const path = join(folder, `${cell.sp}-${cell.epsilon}-${cell.seed}-${name}`);
      writeFileSync(path, text(cell));
      return { path, cell };
    });
  return {
    summaries: write('summary.json', ({ epsilon, seed }) => {
      const accuracy = 0.9 - epsilon / 100 + seed / 1000;
      return JSON.stringify({
        train: { accuracy: accuracy + 0.05, loss: 0.5, pictures: 1240 },
        test: { accuracy, loss: 0.5 + 1 / epsilon, pictures: 2000 },
        lossGap: 1 / epsilon,
        errorGap: 0.05,
      });
    }),
    attacks: cells.map((cell) => {
      const path = join(folder, `${cell.sp}-${cell.epsilon}-${cell.seed}-attacks.csv`);
      writeCsv(
        path,
        attackColumns,
        attacks(cell).map((row) => ({ ...fixed, ...row }) as AttackRow),
      );
      return { path, cell };
    }),
    training: write('metrics.json', (run) =>
      JSON.stringify({ logSpectralComplexity: 3, layersClipped: layersClipped(run) }),
    ),
  };
}

const fixed = {
  name: 'fixed',
  kind: 'pgd',
  epsilon: 8,
  stepSize: 2,
  steps: 10,
  restarts: 1,
  randomStart: 'true',
  examples: 500,
  cleanAccuracy: 0.8,
  conditional: 0.5,
  unconditional: 0.4,
  loss: 2,
};
const bothAttacks = ({ epsilon }: Run): Partial<AttackRow>[] => [
  {},
  { name: 'matched', epsilon, conditional: 0.6 },
];

const merge = (...studies: ReturnType<typeof study>[]) => ({
  summaries: studies.flatMap(({ summaries }) => summaries),
  attacks: studies.flatMap(({ attacks }) => attacks),
  training: studies.flatMap(({ training }) => training),
});

const table = (needs: ReturnType<typeof study>, other: object = {}) =>
  runStage(performanceTable, needs, {
    id: 'table3',
    caption,
    blocks: [{ title: 'ResNet-8', runs: plain }],
    ...other,
  });

describe('tables 2 to 5', () => {
  it('have a line a cell, with mean, sample STD and every seed, in full', async () => {
    const rows = csvParse((await table(study())).text('table3.csv'));
    expect(rows.length).toBe(10 * 3);
    const cell = rows.find(({ quantity, strength }) => quantity === 'testAccuracy' && strength === '8')!;
    expect(Number(cell['mean'])).toBeCloseTo(0.821, 12);
    expect(Number(cell['std'])).toBeCloseTo(0.001, 12);
    expect(cell).toMatchObject({ seeds: '3', data: 'fashion-mnist', sp: 'none', ours: 'false' });
    const [label, value] = cell['perSeed']!.split(';')[2]!.split('=');
    expect(label).toBe('2');
    expect(Number(value)).toBeCloseTo(0.822, 12);
  });

  it('print accuracies as per cent, mark what is ours, and say how they were made', async () => {
    const text = (await table(study())).text('table3.md');
    expect(text).toContain('| AR strength | 4/255 | 8/255 | 16/255 |');
    expect(text).toContain('| Test Acc. (%) | 86.10 ± 0.10 | 82.10 ± 0.10 | 74.10 ± 0.10 |');
    expect(text).toContain('| ΔLoss | 0.2500 ± 0.0000 |');
    expect(text).toContain('| PGD of all (%), ours | 40.00 ± 0.00');
    for (const said of [
      'quick',
      '1,240 pictures',
      '2,000 natural test pictures',
      '3 seeds',
      'CIFAR-100 is not part',
    ])
      expect(text).toContain(said);
    expect(text).toContain('PGD-10, step 2/255, random start, ε 8/255, first 500 test pictures');
  });

  it('give LaTeX rows of equal length, with nothing unescaped', async () => {
    const tex = (await table(study())).text('table3.tex');
    expect(tex).toContain('\\begin{tabular}{lrrr}');
    expect(tex).toContain('100 \\% ours \\& small\\_');
    const rows = tex.split('\n').filter((line) => line.endsWith('\\\\') && !line.startsWith('\\multicolumn'));
    for (const row of rows) expect(row.match(/(?<!\\)&/g)).toHaveLength(3);
    const withoutCommands = tex.split('\n').slice(1).join('\n').replace(/\\./g, '');
    expect(withoutCommands).not.toMatch(/[%#_^~]/);
    expect(withoutCommands).toMatch(/^[\x20-\x7e\n]*$/);
  });

  it('say which block the profile has not and print the others', async () => {
    const blocks = [
      { title: 'ResNet-8', runs: plain },
      { title: 'ResNet-110', runs: null },
    ];
    const made = await table(study(), { blocks });
    expect(made.text('table3.md')).toContain('**ResNet-110: not part of this profile**');
    expect(made.text('table3.tex')).toContain('ResNet-110: not part of this profile');
    expect(csvParse(made.text('table3.csv')).length).toBe(30);
  });

  it('are complete without any run: the data set is absent', async () => {
    const none = { summaries: [], attacks: [], training: [] };
    const made = await table(none, { id: 'table5', blocks: [{ title: 'Tiny-ImageNet', runs: null }] });
    expect(made.text('table5.md')).toContain('Tiny-ImageNet: not part of this profile');
    expect(made.text('table5.tex')).toContain('\\begin{tabular}{l}');
  });

  it('mark a level of spectral control that never clipped as identical to uncontrolled', async () => {
    const blocks = [5, 3, 1].map((sp) => ({ title: `SP ${sp}`, runs: { ...plain, sp } }));
    const needs = merge(
      study({ sp: 5 }),
      study({ sp: 3, layersClipped: ({ epsilon }) => (epsilon === 4 ? 2 : 0) }),
      study({ sp: 1, layersClipped: () => 9 }),
    );
    const text = (await table(needs, { blocks })).text('table3.md');
    expect(text).toContain('SP 5: no layer was ever clipped: identical to uncontrolled.');
    expect(text).toContain('SP 3: no layer was ever clipped at AR 8/255, 16/255: identical');
    expect(text).not.toContain('SP 1: no layer');
  });

  it('print a dash where a run lacks the matched attack, and no spread for one seed', async () => {
    const attacks = (run: Run) => (run.epsilon === 8 ? [{}] : bothAttacks(run));
    const text = (await table(study({ seeds: [0], attacks }))).text('table3.md');
    expect(text).toContain('| PGD, matched ε (%), ours | 60.00 | – | 60.00 |');
    expect(text).toContain('One seed: no spread');
  });

  it('have the rows of table 2 first, our PGD row after', async () => {
    const rows = csvParse((await table(study(), { id: 'table2' })).text('table2.csv'));
    const quantities = [...new Set(rows.map(({ quantity }) => quantity))];
    expect(quantities.slice(0, 4)).toEqual(['testAccuracy', 'trainLoss', 'testLoss', 'lossGap']);
    expect(rows.find(({ quantity }) => quantity === 'pgd')!['ours']).toBe('true');
  });

  it.each<[string, () => Promise<unknown>, RegExp]>([
    ['two runs of one seed', () => table(merge(study(), study())), /two runs have strength 4 and seed 0/],
    ['no fixed attack', () => table(study({ attacks: () => [{ name: 'fgsm' }] })), /has no attack 'fixed'/],
    ['labels of no run', () => table(study({ sp: 3 })), /'ResNet-8' has no attacks.csv/],
    [
      'a run without attacks',
      () => table({ ...study(), attacks: study({ seeds: [1] }).attacks }),
      /has no attacks.csv for seed 0/,
    ],
    [
      'other attacks',
      () => table(study({ attacks: ({ seed }) => [{ examples: 500 + seed }] })),
      /attacked differently/,
    ],
  ])('refuse %s', async (_, made, message) => {
    await expect(made()).rejects.toThrow(message);
  });
});

describe('table 1', () => {
  const variation = (change: (row: VariationRow, run: Run) => VariationRow = (row) => row) => {
    const folder = temporaryFolder();
    return [4, 8, 16].flatMap((epsilon) =>
      [0, 1, 2].map((seed) => {
        const cell = runCell({ epsilon, seed });
        const path = join(folder, `${epsilon}-${seed}.csv`);
        const rows = [4, 8].flatMap((attack) =>
          (['all', 'right', 'wrong'] as const).map((examplesOf) =>
            change(
              {
                epsilon: attack,
                steps: 10,
                stepSize: 2,
                randomStart: 'false',
                examplesOf,
                examples: 500,
                mean: attack / epsilon + seed / 10,
                std: 1 / epsilon,
              },
              cell,
            ),
          ),
        );
        writeCsv(path, variationColumns, rows);
        return { path, cell };
      }),
    );
  };
  const blocks = [
    { title: 'Fashion-MNIST, ResNet-8', runs: plain },
    { title: 'CIFAR-100, ResNet-56', runs: null },
  ];

  it('has mean and STD per attack strength, over all pictures', async () => {
    const made = await runStage(lossVariationTable, { variations: variation() }, { caption, blocks });
    const text = made.text('table1.md');
    expect(text).toContain('| Attack 8/255, mean | 2.1000 ± 0.1000 | 1.1000 ± 0.1000 | 0.6000 ± 0.1000 |');
    expect(text).toContain('| Attack 4/255, STD | 0.2500 ± 0.0000 |');
    expect(text).toContain('CIFAR-100, ResNet-56: not part of this profile');
    expect(text).toContain('first 500 test pictures');
    expect(text).toContain('Attack: PGD-10, step 2/255, clean start; the iterate of greatest loss counts.');
    expect(csvParse(made.text('table1.csv')).length).toBe(2 * 2 * 3);
  });

  it('refuses runs attacked in more steps than their neighbours', async () => {
    const change = (row: VariationRow, run: Run) => (run.seed === 2 ? { ...row, steps: 20 } : row);
    await expect(
      runStage(lossVariationTable, { variations: variation(change) }, { caption, blocks }),
    ).rejects.toThrow(/attacked differently: PGD-10.* and PGD-20/);
  });

  it('refuses runs attacked at other strengths than their neighbours', async () => {
    const change = (row: VariationRow, run: Run) =>
      run.seed === 2 && row.epsilon === 8 ? { ...row, epsilon: 6 } : row;
    await expect(
      runStage(lossVariationTable, { variations: variation(change) }, { caption, blocks }),
    ).rejects.toThrow(/no loss variation at (6|8)\/255/);
  });
});
