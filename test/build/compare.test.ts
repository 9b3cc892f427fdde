import { describe, expect, it } from 'vitest';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compare, recipeParts, rowsOf } from '../../src/build/compare.ts';
import { numbersIn, readMetrics } from '../../src/build/metrics.ts';
import type { Recipe } from '../../src/key/recipe.ts';
import type { Entry } from '../../src/store/store.ts';

const recipe: Recipe = {
  code: 'c0de',
  params: { net: { depth: 8, widths: [1, 2] }, rate: 0.1, more: {} },
  inputs: {
    train: { name: 'train.csv', digest: 'd1' },
    runs: [
      { name: 'a.json', digest: 'd2', cell: { epsilon: 8, net: 'vgg' } },
      { name: 'a.json', digest: 'd3' },
    ],
  },
  outputs: ['a.csv', 'metrics:a.json'],
  seed: 7,
  env: { backend: 'cpu' },
};
const entry = (more: Partial<Entry> = {}): Entry => ({
  key: 'k',
  step: 'train',
  recipe,
  outputs: { 'a.csv': { kind: 'file', digest: 'o1', bytes: 1 } },
  facts: { run: 'r', startedAt: '2026-01-01T00:00:00Z', ms: 1, host: 'h', profile: 'quick' },
  ...more,
});

describe('a recipe side by side', () => {
  it('has a name for each of its parts', () => {
    expect(recipeParts(recipe)).toEqual([
      ['code', 'c0de'],
      ['params.net.depth', 8],
      ['params.net.widths', [1, 2]],
      ['params.rate', 0.1],
      ['params.more', {}],
      ['inputs.train', 'd1'],
      ['inputs.runs[epsilon=8,net=vgg]', 'd2'],
      ['inputs.runs[1]', 'd3'],
      ['outputs', ['a.csv', 'metrics:a.json']],
      ['seed', 7],
      ['env.backend', 'cpu'],
    ]);
  });

  it('shows what differs, or all', () => {
    const a = [
      ['x', 1],
      ['y', 2],
      ['z', 3],
    ] as const;
    const b = [
      ['y', 2],
      ['z', 4],
      ['w', 5],
    ] as const;
    expect(rowsOf<number>(a, b, false)).toEqual([
      { name: 'x', a: 1, b: null },
      { name: 'z', a: 3, b: 4 },
      { name: 'w', a: null, b: 5 },
    ]);
    expect(rowsOf<number>(a, b, true)).toHaveLength(4);
  });

  it('finds nothing between a result and itself', () => {
    const one = { entry: entry(), metrics: { loss: 1 } };
    expect(compare(one, one, false)).toEqual({ recipe: [], metrics: [], outputs: [] });
    expect(compare(one, one, true).metrics).toEqual([{ name: 'loss', a: 1, b: 1 }]);
  });

  it('compares parameters, numbers and outputs', () => {
    const other = entry({
      recipe: { ...recipe, seed: 8 },
      outputs: { 'a.csv': { kind: 'file', digest: 'o2', bytes: 1 } },
    });
    const found = compare(
      { entry: entry(), metrics: { loss: 1 } },
      { entry: other, metrics: { loss: 2 } },
      false,
    );
    expect(found).toEqual({
      recipe: [{ name: 'seed', a: 7, b: 8 }],
      metrics: [{ name: 'loss', a: 1, b: 2 }],
      outputs: [{ name: 'a.csv', a: 'o1', b: 'o2' }],
    });
  });
});

describe('the numbers of a result', () => {
  it('are all numbers of a file, with the way to them', () => {
    expect(numbersIn({ a: 1, b: { c: [2, { d: 3 }], e: 'text', f: null, g: true }, h: {} })).toEqual([
      ['a', 1],
      ['b.c[0]', 2],
      ['b.c[1].d', 3],
    ]);
    expect(numbersIn(4)).toEqual([['', 4]]);
  });

  it('come from the metrics outputs, else from the last progress', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ar-pipe-metrics-'));
    try {
      const ref = (digest: string) => ({ kind: 'file', digest, bytes: 1 }) as const;
      for (const name of ['one', 'two']) writeFileSync(join(folder, name), `{"${name}":{"x":1}}`);
      const store = {
        object: async ({ digest }: { digest: string }) =>
          digest === 'gone' ? undefined : join(folder, digest),
      };
      const facts = { ...entry().facts, metrics: { progress: 9 } };
      const read = (outputs: readonly string[], refs: Entry['outputs']) =>
        readMetrics(entry({ recipe: { ...recipe, outputs }, outputs: refs, facts }), store);
      expect(await read(['metrics:a.json'], { 'a.json': ref('one') })).toEqual({ 'one.x': 1 });
      expect(
        await read(['metrics:a.json', 'metrics:b.json'], { 'a.json': ref('one'), 'b.json': ref('two') }),
      ).toEqual({ 'a.json: one.x': 1, 'b.json: two.x': 1 });
      expect(await read(['metrics:a.json'], { 'a.json': ref('gone') })).toEqual({ progress: 9 });
      expect(await read(['a.json'], { 'a.json': ref('one') })).toEqual({ progress: 9 });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
