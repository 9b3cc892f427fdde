import { describe, expect, it } from 'vitest';
import { binRow } from '../../stages/histogram/histograms.ts';
import { readCsv } from '../../stages/lib/csv.ts';
import marginHistogram from '../../stages/margin-histogram.ts';
import { cellOf } from './cells.ts';
import { runStage, scoresFile, temporaryFolder } from './figure-rig.ts';

const quiet = { margin: [-1, 0.5, 1, 3], prob: [0.1, 0.6, 0.7, 1], loss: [2.3, 0.5, 0.36, 0.01] };
const wide = { margin: [-4, 2, 2, 9], prob: [0, 0.9, 0.9, 1], loss: [4.6, 0.1, 0.1, 0.02] };

async function made(bins = { margin: 13, probability: 4, loss: 2 }) {
  const folder = temporaryFolder();
  const test = [
    { path: scoresFile(folder, 'b', wide), cell: cellOf({ epsilon: 16 }) },
    { path: scoresFile(folder, 'a', quiet), cell: { ...cellOf({ epsilon: 4 }), more: 'labels' } },
  ];
  const result = await runStage(marginHistogram, { test, train: [] }, { bins });
  return { ...result, rows: readCsv(result.path('histograms.csv'), binRow) };
}

describe('histograms of per-example results', () => {
  it('have bins common to all strengths: margins over their union, probabilities 0 to 1, losses from 0', async () => {
    const { rows } = await made();
    for (const [quantity, low, high] of [
      ['margin', -4, 9],
      ['probability', 0, 1],
      ['loss', 0, Math.fround(4.6)],
    ] as const) {
      for (const strength of [4, 16]) {
        const bins = rows.filter((row) => row.quantity === quantity && row.strength === strength);
        expect([bins[0]!.lo, bins.at(-1)!.hi]).toEqual([low, high]);
        expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(4);
        expect(bins.reduce((sum, { density, lo, hi }) => sum + density * (hi - lo), 0)).toBeCloseTo(1, 12);
      }
    }
  });

  it('count the examples of each run', async () => {
    const { rows } = await made();
    const counts = (strength: number) =>
      rows
        .filter((row) => row.quantity === 'probability' && row.strength === strength)
        .map(({ count }) => count);
    expect(counts(4)).toEqual([1, 0, 2, 1]);
    expect(counts(16)).toEqual([1, 0, 0, 3]);
  });

  it('are the same bytes each time, with a summary of each run', async () => {
    const [one, two] = [await made(), await made()];
    expect(one.text('histograms.csv')).toBe(two.text('histograms.csv'));
    const summary = JSON.parse(one.text('histograms.json')) as Record<string, Record<string, unknown>>;
    expect(summary['test']!['strength 16, seed 0']).toMatchObject({
      margin: { count: 4, min: -4, max: 9, mean: 2.25 },
    });
  });

  it.each([
    [
      'a value that is not a number',
      { ...quiet, loss: [1, NaN, 0, 0] },
      cellOf({ seed: 1 }),
      'loss of example 1 is NaN',
    ],
    ['arrays of different length', { ...quiet, prob: [1] }, cellOf({ seed: 1 }), '4, 1 examples'],
    [
      'a cell without a strength',
      quiet,
      { ...cellOf({}), epsilon: 'strong' },
      "label 'epsilon' does not fit",
    ],
    ['two runs of one strength and seed', quiet, cellOf({}), 'two runs have strength 4 and seed 0'],
  ])('refuse %s', async (_, scores, cell, message) => {
    const folder = temporaryFolder();
    const test = [
      { path: scoresFile(folder, 'a', quiet), cell: cellOf({ epsilon: 4 }) },
      { path: scoresFile(folder, 'b', scores), cell },
    ];
    await expect(runStage(marginHistogram, { test, train: [] })).rejects.toThrow(message);
  });

  it('refuse to be made of nothing', async () => {
    await expect(runStage(marginHistogram, { test: [], train: [] })).rejects.toThrow('no evaluated nets');
  });
});
