import { describe, expect, test } from 'vitest';
import { environmentOf, isReadAtStart, workerKind } from '../../src/exec/environment.ts';
import { parseMessage } from '../../src/exec/envelope.ts';
import { changedGlobal, type Globals } from '../../src/exec/globals.ts';
import { metricsProblem } from '../../src/exec/metrics-file.ts';
import { seededRandom } from '../../src/exec/random.ts';
import { fc } from '../properties.ts';

const resources = { cpus: 1, memory: 0, gpus: [] };

describe('environment', () => {
  test.each([
    'TF_NUM_INTRAOP_THREADS',
    'CUDA_VISIBLE_DEVICES',
    'TZ',
    'LC_ALL',
    'AR_PIPE_THREADS',
    'NODE_OPTIONS',
  ])('%s is read at start', (name) => {
    expect(isReadAtStart(name)).toBe(true);
  });
  test.each(['PATH', 'HOME', 'TFX', 'TOKEN', 'MY_TF_FLAG'])('%s is not', (name) => {
    expect(isReadAtStart(name)).toBe(false);
  });
  test('GPUs that were not given are hidden; given ones win', () => {
    expect(environmentOf({ env: {}, resources })).toEqual({ CUDA_VISIBLE_DEVICES: '' });
    expect(
      environmentOf({ env: { CUDA_VISIBLE_DEVICES: '5' }, resources: { ...resources, gpus: [1, 3] } }),
    ).toEqual({ CUDA_VISIBLE_DEVICES: '1,3' });
  });
  test('the kind of worker does not depend on order or on what is set per job', () => {
    const kind = (env: Record<string, string>) => workerKind({ env, resources, numerical: true });
    expect(kind({ TF_A: '1', TF_B: '2', PATH: 'x' })).toBe(kind({ TF_B: '2', TF_A: '1' }));
    expect(kind({ TF_A: '1' })).not.toBe(kind({ TF_A: '2' }));
  });
});

describe('metrics', () => {
  test('finite numbers, texts and nesting pass', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.string(),
          fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.array(fc.nat()), fc.string()),
        ),
        (value) => {
          expect(metricsProblem(JSON.stringify(value))).toBeUndefined();
        },
      ),
    );
  });
  test.each([
    ['{"a":{"b":null}}', 'holds null at a.b'],
    ['null', 'holds null at the value'],
    ['[1,[2,1e999]]', 'holds a number too large at [1][1]'],
    ['{"loss": NaN}', 'holds NaN'],
    ['{"loss": [1, -Infinity]}', 'holds -Infinity'],
    ['{', 'is not JSON'],
  ])('%s', (text, problem) => {
    expect(metricsProblem(text)).toContain(problem);
  });
});

describe('Math.random of a job', () => {
  const draw = (text: string, n: number) => Array.from({ length: n }, seededRandom(text));
  test('is fixed by its text', () => {
    expect(draw('7', 5)).toEqual(draw('7', 5));
    expect(draw('7', 5)).not.toEqual(draw('8', 5));
  });
  test('keeps its values between versions: results depend on them', () => {
    expect(draw('7', 3)).toMatchInlineSnapshot(`
      [
        0.5625859368592501,
        0.32704380387440324,
        0.8882324816659093,
      ]
    `);
  });
  test('is uniform on [0, 1)', () => {
    const values = draw('uniform', 100_000);
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
    const mean = values.reduce((a, b) => a + b) / values.length;
    const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length;
    // Five standard errors: 1/sqrt(12 n) and 1/sqrt(180 n).
    expect(Math.abs(mean - 1 / 2)).toBeLessThan(0.0046);
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(0.0012);
  });
});

describe('changed globals', () => {
  const of = (entries: Record<string, unknown>): Globals =>
    new Map(Object.entries(entries).map(([name, value]) => [name, [value, 0]]));
  test.each([
    ['same', { a: 1 }, { a: 1 }, false, undefined],
    ['NaN stays NaN', { a: NaN }, { a: NaN }, false, undefined],
    ['changed', { a: 1 }, { a: 2 }, true, 'a'],
    ['removed', { a: 1 }, {}, true, 'a'],
    ['added', {}, { a: 1 }, false, 'a'],
    ['added while loading', {}, { a: 1 }, true, undefined],
    ['the numerical library', {}, { _tfengine: {} }, false, undefined],
  ])('%s', (_, before, after, allowNew, name) => {
    expect(changedGlobal(of(before), of(after), allowNew)).toBe(name);
  });
});

describe('messages of a worker', () => {
  const done = {
    produced: { a: { kind: 'file', path: '/a', digest: '0'.repeat(64), bytes: 1 } },
    metrics: { loss: NaN },
    backend: null,
    ms: 1,
  };
  test('metrics may be NaN', () => {
    expect(parseMessage({ type: 'done', result: { ok: true, value: done }, retire: null })).toMatchObject({
      result: { value: { metrics: { loss: NaN } } },
    });
  });
  test.each([
    [null],
    ['text'],
    [{ type: 'other' }],
    [{ type: 'done', result: { ok: true, value: { ...done, ms: 'long' } }, retire: null }],
    [{ type: 'done', result: { ok: false, error: {} }, retire: null }],
  ])('%j is none', (message) => {
    expect(parseMessage(message)).toBeUndefined();
  });
});
