import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { csvParse } from 'd3-dsv';
import { describe, expect, it } from 'vitest';
import { csvText, writeCsv } from '../../../stages/lib/csv.ts';
import { stored, writeSafetensors } from '../../../stages/lib/safetensors.ts';
import { attackColumns, maskingColumns } from '../../../stages/results/attack-table.ts';
import { layerColumns } from '../../../stages/spectrum/layers-table.ts';
import trends from '../../../stages/trends.ts';
import type { Pictures, RunResults } from '../../../stages/trends/run-results.ts';
import { runStage, temporaryFolder } from '../figure-rig.ts';
import { madeUpRuns, paperWorld, rolesWithout } from './made-up.ts';

const caption = {
  profile: 'quick',
  studies: [
    {
      data: 'first',
      net: 'small',
      dataTitle: 'First pictures',
      netTitle: 'small net',
      attackTitle: 'PGD-3',
      trainingPictures: 400,
    },
  ],
  absent: ['Tiny-ImageNet'],
};

/** The runs as files of the stages that make them. */
function filesOf(runs: readonly RunResults[]) {
  const folder = temporaryFolder();
  const each = (name: string, write: (path: string, results: RunResults) => void) =>
    runs.map((results, i) => {
      const path = join(folder, `${i}-${name}`);
      write(path, results);
      return { path, cell: results.run };
    });
  const scores = (set: 'test' | 'train') =>
    each(`${set}.safetensors`, (path, { [set]: of }) => {
      writeSafetensors(path, [
        ['logits', stored(logitsOf(of), [of.index.length, 2])],
        ['loss', stored(of.loss)],
        ['margin', stored(of.margin)],
        ['prob', stored(of.probability)],
        ['correct', stored(of.correct)],
        ['index', stored(of.index)],
      ]);
    });
  const first = ({ index }: Pictures, count: number) => stored(index.slice(0, count));
  return {
    test: scores('test'),
    train: scores('train'),
    attacks: each('attacks.csv', (path, { attacked }) => {
      writeCsv(path, attackColumns, [attacked!.attack]);
    }),
    masking: each('masking.csv', (path, { masking }) => {
      writeCsv(path, maskingColumns, masking!);
    }),
    attacked: each('attack-examples.safetensors', (path, { attacked, test }) => {
      writeSafetensors(path, [
        ['index', first(test, attacked!.clean.length)],
        ['correct', stored(attacked!.clean)],
        ['fixed/correct', stored(attacked!.attacked)],
      ]);
    }),
    spectra: each('spectra.csv', (path, { spectra }) => {
      writeCsv(path, layerColumns, spectra!);
    }),
    variations: each('variation-examples.safetensors', (path, { variation, test }) => {
      writeSafetensors(path, [
        ['index', first(test, variation!.change.length)],
        ['loss', stored(variation!.loss)],
        ['correct', stored(variation!.correct)],
        ['V-8', stored(variation!.change)],
      ]);
    }),
    history: each('history.csv', (path, { history }) => {
      writeFileSync(path, csvText(['cleanLoss', 'cleanAccuracy'], history!));
    }),
    training: each('metrics.json', (path, { training }) => {
      writeFileSync(path, JSON.stringify(training));
    }),
  };
}

/** Logits of two classes with the margin as their difference. */
const logitsOf = ({ margin }: Pictures) =>
  Float32Array.from({ length: 2 * margin.length }, (_, i) => (margin[i >> 1]! / 2) * (i % 2 === 0 ? 1 : -1));

const params = (roles: unknown) => ({ caption, scope: 'analogue', roles, resamples: 100 });

describe('trends', () => {
  it('writes every verdict with interval, signs, scope and reason, the same each time', async () => {
    const roles = rolesWithout(['wide']);
    const files = filesOf(madeUpRuns(paperWorld));
    const made = await runStage(trends, files, params(roles));
    const rows = csvParse(made.text('trends.csv'));
    const find = (claim: string, kind: string, role: string) =>
      rows.find((row) => row.claim === claim && row.kind === kind && row.role === role)!;

    const part = find('ii', 'part', 'main');
    expect(part).toMatchObject({
      verdict: 'holds',
      signs: '+ + +',
      seeds: '3',
      scope: 'analogue on first, small',
    });
    expect(Number(part.low)).toBeGreaterThan(0);
    expect(Number(part.high)).toBeGreaterThan(Number(part.low));
    expect(part.steps).toMatch(/^4 to 8: .* to .*;8 to 16: /);
    expect(find('ii', 'subject', 'wide')).toMatchObject({ verdict: 'not measurable', scope: '' });
    expect(find('ii', 'claim', '').verdict).toBe('not measurable');
    expect(find('vi', 'control', 'main')).toMatchObject({ verdict: '', delta: '' });
    // Nine layers fall from 0.6 to 0.4, one rises from 0.50 to 0.52.
    expect(find('xiv', 'part', 'main').inWords).toBe('ratio of the sums 90.0');
    expect(find('ix', 'part', 'sp 1').scope).toBe('analogue on first, small, SP 1');
    expect(rows.filter(({ kind }) => kind === 'claim')).toHaveLength(17);

    const text = made.text('trends.md');
    for (const said of [
      'Profile “quick”',
      'PGD-10, step 2/255, random start, ε 8/255, first 800 test pictures',
      'chance alone would decide about',
      'absent: Tiny-ImageNet, WRN-50-2',
      'control: STD of test margins / STD of logits',
      'train accuracy at AR 4 at least 95 %',
      '| no sign of masked gradients | 0 of 9 runs flagged | met |',
    ])
      expect(text).toContain(said);
    const metrics = JSON.parse(made.text('trends.json')) as {
      claims: Record<string, object>;
      verdicts: object;
    };
    expect(Object.keys(metrics.claims)).toHaveLength(17);
    expect(metrics.claims['iv']).toMatchObject({ verdict: 'not measurable', main: { verdict: 'holds' } });
    expect(made.text('trends.json')).not.toContain('null');

    const again = await runStage(trends, files, params(roles));
    expect(again.text('trends.csv')).toBe(made.text('trends.csv'));
    if (process.env['KEEP_FIGURES']) {
      const folder = process.env['KEEP_FIGURES'];
      if (!existsSync(folder)) mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'trends.md'), text);
    }
  });

  it('says "paper" only where the profile does', async () => {
    const files = filesOf(madeUpRuns({ ...paperWorld, seeds: [0] }));
    const made = await runStage(trends, files, { ...params(rolesWithout()), scope: 'paper' });
    const rows = csvParse(made.text('trends.csv'));
    expect(new Set(rows.filter(({ role }) => role !== '').map(({ scope }) => scope))).toEqual(
      new Set(['paper']),
    );
    expect(rows.filter(({ verdict }) => verdict === 'holds' || verdict === 'does not hold')).toEqual([]);
    expect(rows.find(({ kind, claim }) => kind === 'part' && claim === 'ii')).toMatchObject({
      signs: '+',
      low: '',
    });
  });

  const oneRole = (files: ReturnType<typeof filesOf>) =>
    runStage(trends, files, params({ main: rolesWithout().main }));
  const few = () => filesOf(madeUpRuns({ ...paperWorld, seeds: [0] }).slice(0, 3));

  it('judges what was given where whole kinds of files are not', async () => {
    const made = await oneRole({ ...few(), attacks: [], variations: [], history: [] });
    const text = made.text('trends.md');
    expect(text).toContain('no loss variations given');
    expect(text).toContain('not given');
  });

  it.each<[string, (files: ReturnType<typeof filesOf>) => unknown, RegExp]>([
    [
      'a run given twice',
      (files) => ({ ...files, spectra: [...files.spectra, files.spectra[0]!] }),
      /are both of the run/,
    ],
    [
      'no training pictures',
      (files) => ({ ...files, train: files.train.slice(1) }),
      /of whose training pictures nothing/,
    ],
    [
      'attacks on other pictures',
      (files) => {
        writeSafetensors(files.attacked[1]!.path, [['index', stored(Int32Array.of(5))]]);
        return files;
      },
      /1-attack-examples.safetensors is not of the first pictures/,
    ],
    [
      'a loss that is not a number',
      (files) => {
        const zeros = stored(new Float32Array(2));
        const index = stored(Int32Array.of(0, 1));
        const loss = stored(Float32Array.of(1, NaN));
        writeSafetensors(files.test[0]!.path, [
          ['logits', stored(new Float32Array(4), [2, 2])],
          ['index', index],
          ['loss', loss],
          ['margin', zeros],
        ]);
        return files;
      },
      /loss of example 1 is NaN in .*0-test.safetensors/,
    ],
  ])('refuses %s', async (_, damage, message) => {
    await expect(oneRole(damage(few()) as ReturnType<typeof filesOf>)).rejects.toThrow(message);
  });

  it('refuses a role whose labels no run has', async () => {
    const roles = {
      main: { ...rolesWithout().main, runs: { data: 'none', net: 'small', attack: 'pgd', sp: 'none' } },
    };
    await expect(runStage(trends, few(), params(roles))).rejects.toThrow(
      /no run with the labels {"data":"none"/,
    );
  });
});
