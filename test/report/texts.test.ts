import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { doctorText } from '../../src/report/doctor-text.ts';
import { listText } from '../../src/report/list-text.ts';
import { moment } from '../../src/report/moment.ts';
import { showText } from '../../src/report/show-text.ts';
import { statusText, type StatusView, type StepStatusView } from '../../src/report/status-text.ts';
import { table } from '../../src/report/table.ts';
import { whyText } from '../../src/report/why-text.ts';

const zone = process.env['TZ'];
beforeAll(() => {
  process.env['TZ'] = 'UTC';
});
afterAll(() => {
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
});

const AT = '2026-01-02T03:04:05.678Z';
const fresh: StepStatusView = { step: 'data', state: 'fresh', reasons: [], lastBuilt: AT, estimatedMs: 100 };
const stale: StepStatusView = {
  step: 'train/ar-8',
  state: 'stale',
  reasons: [
    { kind: 'params', name: 'epsilon', before: 4, after: 8 },
    { kind: 'code', file: 'stages/train.ts', line: 41, formattingOnly: false },
  ],
  lastBuilt: AT,
  estimatedMs: 41_000,
};
const pending: StepStatusView = {
  step: 'fig5',
  state: 'pending',
  reasons: [{ kind: 'upstream', steps: ['train/ar-8'] }],
  lastBuilt: null,
  estimatedMs: null,
};
const failed: StepStatusView = {
  ...stale,
  step: 'svd',
  state: 'failed',
  reasons: [],
  estimatedMs: 2000,
  failure: { reason: 'stage-threw', message: 'loss is NaN', hint: 'lower the rate' },
};
const document = (...steps: StepStatusView[]): StatusView => {
  const counts = { fresh: 0, stale: 0, pending: 0, failed: 0 };
  for (const { state } of steps) counts[state]++;
  return { pipeline: 'robustness', profile: 'quick', counts, steps };
};

describe('what is still to do', () => {
  const work = { ...pending, reasons: [{ kind: 'new' } as const, ...pending.reasons], work: 5.8e16 };
  const head = (...steps: StepStatusView[]) =>
    statusText(document(...steps), { color: false }).split('\n')[0];

  it('is time where it is known and multiply-adds where it is not', () => {
    expect(head(fresh, stale)).toContain('; about 41 s of work');
    expect(head(work)).toContain('; about 5.8e16 multiply-adds of which no time is known');
    expect(head(stale, work)).toContain('; about 41 s of work and 5.8e16 multiply-adds of which');
    expect(statusText(document(work), { color: false })).toMatch(/fig5 +5\.8e16 multiply-adds/);
  });

  it('counts apart what only waits: it runs if what it waits for comes out otherwise', () => {
    const waiting = { ...pending, estimatedMs: 600 };
    expect(head(stale, waiting)).toContain(
      '; about 41 s of work, at most 600 ms of work more in pending steps',
    );
    expect(head({ ...stale, estimatedMs: null }, waiting)).toContain(
      '; at most 600 ms of work in pending steps',
    );
  });
});

describe('listText', () => {
  const steps = [
    { name: 'a', estimatedMs: 41_000, work: 3 },
    { name: 'b', estimatedMs: null, work: undefined },
  ];
  it('is names alone, or names with costs', () => {
    expect(listText(['t'], steps, { width: Infinity, costs: false })).toBe('targets\n  t\nsteps\n  a\n  b');
    expect(listText([], steps, { width: Infinity, costs: true })).toBe('a  ~41 s  3 multiply-adds\nb');
  });
});

describe('moment', () => {
  it('is local time to the second, and leaves other text alone', () => {
    expect(moment(AT)).toBe('2026-01-02 03:04:05');
    expect(moment('never')).toBe('never');
  });
});

describe('table', () => {
  const rows = [
    ['a', '5', 'a long remark that may be cut'],
    ['bb', '12', ''],
  ];
  const columns = [
    { title: 'name' },
    { title: 'n', align: 'right' },
    { title: 'remark', shrink: true },
  ] as const;

  it('aligns columns and leaves no trailing spaces', () => {
    expect(table(columns, rows, Infinity).split('\n')).toEqual([
      'name   n  remark',
      'a      5  a long remark that may be cut',
      'bb    12',
    ]);
  });

  it('cuts only the column that may give way, and only as far as it stays readable', () => {
    expect(table(columns, rows, 25).split('\n')[1]).toBe('a      5  a long remark …');
    expect(table(columns, rows, 5).split('\n')[1]).toBe('a      5  a long rema…');
    expect(table([{}], [['train/ar-8/seed-0']], 5)).toBe('train/ar-8/seed-0');
  });

  it('gives what would be cut to little a line of its own', () => {
    const told = [{ title: 'name' }, { title: 'why', shrink: true, below: true }] as const;
    const names = [
      ['train/ar-8/seed-0', 'code changed at stages/train.ts:41'],
      ['data', 'first build'],
    ];
    expect(table(told, names, 40).split('\n')).toEqual([
      'name               why',
      'train/ar-8/seed-0',
      '    code changed at stages/train.ts:41',
      'data               first build',
    ]);
    expect(table(told, names, 60)).not.toContain('\n    ');
  });

  it('measures wide and coloured text as it is seen', () => {
    const colored = '\u001B[31mred\u001B[39m';
    expect(
      table(
        [{}, {}],
        [
          [colored, 'x'],
          ['日本', 'y'],
        ],
        Infinity,
      ),
    ).toBe(`${colored}   x\n日本  y`);
  });
});

describe('statusText', () => {
  it('counts, then names what is not fresh and why', () => {
    expect(statusText(document(fresh, stale, pending, failed), { color: false })).toBe(
      [
        'robustness (profile quick): 1 fresh, 1 stale, 1 pending, 1 failed; about 43 s of work',
        '',
        'stale    train/ar-8   ~41 s  epsilon was 4, is now 8; code changed at stages/train.ts:41',
        'pending  fig5                waits for train/ar-8',
        'failed   svd         ~2.0 s  nothing changed since it failed: loss is NaN',
        '',
      ].join('\n'),
    );
  });

  it('tells how much the store holds, and what is frozen', () => {
    const view = { ...document({ ...fresh, frozen: true }), store: { bytes: 12e6 } };
    expect(statusText(view, { color: false, verbose: true })).toBe(
      'robustness (profile quick): 1 step, fresh; the store holds 12 MB\n\nfresh  data    frozen since 2026-01-02 03:04:05\n',
    );
  });

  it('cuts reasons, not names, on a narrow terminal', () => {
    const lines = (width: number) =>
      statusText(document(stale), { color: false, width }).split('\n').slice(2);
    expect(lines(66)[0]).toBe('stale  train/ar-8  ~41 s  epsilon was 4, is now 8; code changed a…');
    expect(lines(50).slice(0, 2)).toEqual([
      'stale  train/ar-8  ~41 s',
      '    epsilon was 4, is now 8; code changed at stag…',
    ]);
  });

  it('folds fresh steps into a count unless verbose', () => {
    expect(statusText(document(fresh, fresh), { color: false })).toBe(
      'robustness (profile quick): all 2 steps fresh\n',
    );
    expect(statusText(document(fresh), { color: false, verbose: true })).toBe(
      'robustness (profile quick): 1 step, fresh\n\nfresh  data    since 2026-01-02 03:04:05\n',
    );
  });
});

describe('whyText', () => {
  it('says every reason of a stale step and when it was last built', () => {
    expect(whyText({ ...stale, key: 'ab' }, { color: false })).toBe(
      [
        'train/ar-8 is stale and will run:',
        '  epsilon was 4, is now 8',
        '  code changed at stages/train.ts:41',
        'last built 2026-01-02 03:04:05, in 41 s',
        '',
      ].join('\n'),
    );
  });

  it('counts the reasons of a large grid', () => {
    const grid = Array.from(
      { length: 1000 },
      (_, n) => ({ kind: 'params', name: `p${n}`, before: 1, after: 2 }) as const,
    );
    const text = whyText({ ...stale, reasons: grid, key: 'ab' }, { color: false });
    expect(text).toContain('  p10 was 1, is now 2\n  … and 989 more reasons (--json lists all)\n');
    expect(text).not.toContain('p11 ');
  });

  it('says since when a step is fresh and why it was built then', () => {
    expect(whyText({ ...fresh, key: 'ab', lastReasons: [{ kind: 'new' }] }, { color: false })).toBe(
      'data is fresh since 2026-01-02 03:04:05\nit was built because\n  first build\n',
    );
  });

  it('tells an open outcome from a certain one', () => {
    expect(whyText({ ...pending, key: null }, { color: false })).toBe(
      'fig5 is pending: it will run if what it needs comes out differently\n  waits for train/ar-8\n',
    );
    const certain: StepStatusView = { ...pending, reasons: [{ kind: 'new' }, ...pending.reasons] };
    expect(whyText({ ...certain, key: null }, { color: false })).toContain(
      'it will run after what it needs\n',
    );
  });

  it('shows the failure of a failed step', () => {
    expect(whyText({ ...failed, lastBuilt: null, key: 'ab' }, { color: false })).toBe(
      'svd failed the last time, and nothing changed since\nsvd failed: loss is NaN\n  hint: lower the rate\n',
    );
  });
});

describe('showText', () => {
  it('shows what is known and leaves out what is not', () => {
    const text = showText(
      {
        ...fresh,
        key: 'ab12',
        stage: 'stages/data.ts',
        declaredAt: 'pipeline.ts:4:1',
        params: { size: 10, name: 'x' },
        needs: [],
        recipe: { seed: 7, env: { backend: 'wasm' } },
        outputs: { 'data.bin': { digest: 'cd34', bytes: 1_234_567 } },
        facts: { run: 'r1', startedAt: AT, ms: 100, host: 'h', metrics: { loss: 0.123456 } },
        log: null,
      },
      { color: false },
    );
    expect(text).toBe(
      [
        'data  fresh',
        '  stage        stages/data.ts',
        '  declared at  pipeline.ts:4:1',
        '  key          ab12',
        '  seed         7',
        '  built        2026-01-02 03:04:05 in 100 ms, run r1 on h',
        '',
        'parameters',
        '  size  10',
        '  name  "x"',
        '',
        'environment',
        '  backend  wasm',
        '',
        'outputs',
        '  data.bin  1.2 MB  cd34',
        '',
        'metrics',
        '  loss  0.1235',
        '',
      ].join('\n'),
    );
  });
});

describe('doctorText', () => {
  it('gives each check a line, its facts and what to do', () => {
    const text = doctorText(
      [
        { name: 'node', state: 'good', value: 'v20.20.0' },
        {
          name: 'backend',
          state: 'slow',
          value: 'wasm',
          hint: 'ar-pipe setup',
          facts: { gflops: { '8x8': 12.5, '32x32': 7 }, threads: 1, version: '4.22' },
        },
      ],
      { color: false },
    );
    expect(text).toBe(
      [
        'good    node     v20.20.0',
        'slow    backend  wasm',
        '                 gflops: 12.5 (8x8), 7 (32x32)',
        '                 threads: 1',
        '                 version: 4.22',
        '                 hint: ar-pipe setup',
        '',
      ].join('\n'),
    );
  });
});
