import { expect, it } from 'vitest';
import {
  diffResultsText,
  diffRunsText,
  type DifferenceView,
  type RunsView,
} from '../../src/report/diff-text.ts';

const options = { color: false, width: Infinity, verbose: false };
const head = {
  step: 'train/a',
  key: 'a'.repeat(64),
  run: 'r1',
  startedAt: 'then',
  ms: 1000,
  profile: 'quick',
};
const none: DifferenceView = { recipe: [], metrics: [], outputs: [], codeAt: null };

it('shows parameters, digests and numbers in columns, with differences', () => {
  const text = diffResultsText(
    {
      a: head,
      b: { ...head, step: 'train/b', key: 'b'.repeat(64) },
      recipe: [
        { name: 'code', a: 'c'.repeat(64), b: 'd'.repeat(64) },
        { name: 'params.epsilon', a: 4, b: 8 },
        { name: 'params.attack', a: null, b: 'pgd' },
      ],
      metrics: [
        { name: 'accuracy', a: 0.8, b: 0.6 },
        { name: 'loss', a: 1.00000001, b: 1.00000002 },
        { name: 'gap', a: 0, b: -3 },
        { name: 'new', a: null, b: 2 },
        { name: 'same', a: 1, b: 1 },
      ],
      outputs: [{ name: 'weights', a: 'e'.repeat(64), b: null }],
      codeAt: 'stages/train.ts:4',
    },
    options,
  );
  expect(text.split('\n').slice(7)).toEqual([
    '',
    'what went in',
    '  code            cccccccccccc  dddddddddddd  differs at stages/train.ts:4',
    '  params.epsilon  4             8',
    '  params.attack                 pgd',
    '',
    'metrics',
    '                     A           B  B − A',
    '  accuracy         0.8         0.6   -0.2        -25 %',
    '  loss      1.00000001  1.00000002  +1e-8  +0.000001 %',
    '  gap                0          -3     -3',
    '  new                            2',
    '  same               1           1',
    '',
    'what came out',
    '  weights  eeeeeeeeeeee',
    '',
  ]);
});

it('says so where both are one result', () => {
  expect(diffResultsText({ a: head, b: head, ...none }, options)).toContain('the very same result');
});

it('shows twenty rows of a kind, all with -v', () => {
  const metrics = Array.from({ length: 30 }, (_, i) => ({ name: `m${i}`, a: i, b: i + 1 }));
  const view = { a: head, b: { ...head, key: 'b' }, ...none, metrics };
  expect(diffResultsText(view, options)).toContain('… and 11 more rows (-v shows all)');
  expect(diffResultsText(view, { ...options, verbose: true })).toContain('m29');
});

it('shows what two runs did with each step', () => {
  const run = {
    run: 'r1',
    at: 'then',
    profile: 'quick',
    targets: ['fig5'],
    ok: true,
    counts: { built: 1, reused: 0, failed: 0, notRun: 0 },
    ms: 2000,
  };
  const side = { outcome: 'built', key: 'k', ms: 10 };
  const steps: RunsView['steps'] = [
    { step: 'x', a: side, b: null, same: false, difference: null },
    { step: 'y', a: null, b: side, same: false, difference: null },
    {
      step: 'z',
      a: side,
      b: { outcome: 'reused', key: 'l', ms: 0 },
      same: false,
      difference: { ...none, metrics: [{ name: 'loss', a: 1, b: 2 }] },
    },
  ];
  const text = diffRunsText(
    { a: run, b: { ...run, run: 'r2', ok: null, ms: null }, same: 1200, steps },
    options,
  );
  expect(text).toBe(`A  r1  then  ok in 2.0 s  profile quick: fig5
B  r2  then  interrupted  profile quick: fig5

1,200 steps with the same result in both

x  only in A

y  only in B

z  built in A (10 ms), reused in B (0 ms)

  metrics
          A  B  B − A
    loss  1  2     +1  +100 %
`);
});
