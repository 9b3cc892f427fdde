/**
 * Histograms of margins, estimated probabilities and losses (figures 1b, 4, 5a, 5b, 10, 11a, 11b): a pure function of the
 * per-example results of all strengths and seeds, so that their bins are common. One histogram a run, never pooled.
 */
import { defineStage, many, metrics, type ManyItem } from 'ar-pipe';
import { writeFileSync } from 'node:fs';
import * as z from 'zod';
import { binColumns, histogramRows, type PictureSetName } from './histogram/histograms.ts';
import { quantities, readRun, type EvaluatedRun } from './histogram/runs.ts';
import { writeCsv } from './lib/csv.ts';
import { distributionOf } from './lib/statistics.ts';

const binCount = z.int().min(1).max(10_000);

export default defineStage({
  params: z.strictObject({
    bins: z
      .strictObject({
        margin: binCount.default(100).describe('Between the least and the greatest margin of all runs'),
        probability: binCount.default(50).describe('Between 0 and 1'),
        loss: binCount.default(50).describe('Between 0 and the greatest loss of all runs'),
      })
      .prefault({})
      .describe('Number of bins. The paper gives none'),
  }),
  needs: { test: many('test.safetensors'), train: many('train.safetensors') },
  outputs: ['histograms.csv', metrics('histograms.json')],
  run({ params: { bins }, needs, out, progress }) {
    const sets = { test: readAll(needs.test), train: readAll(needs.train) };
    const present = (Object.keys(sets) as PictureSetName[]).filter((set) => sets[set].length > 0);
    if (present.length === 0)
      throw new Error('no evaluated nets were given: bind `test` or `train` to at least one step');
    const rows = present.flatMap((set, i) => {
      const made = histogramRows(set, sets[set], bins);
      progress(i + 1, present.length, 'sets');
      return made;
    });
    writeCsv(out('histograms.csv'), binColumns, rows);
    const summary = Object.fromEntries(present.map((set) => [set, summarise(sets[set])]));
    writeFileSync(out('histograms.json'), JSON.stringify(summary, null, 2));
  },
});

/** Runs in the order of strength, then seed, whatever the order of the grid. */
function readAll(items: readonly ManyItem[]): EvaluatedRun[] {
  const runs = items.map(readRun).sort((a, b) => a.strength - b.strength || a.seed - b.seed);
  runs.forEach((run, i) => {
    const before = runs[i - 1];
    if (before?.strength === run.strength && before.seed === run.seed) {
      throw new Error(
        `two runs have strength ${run.strength} and seed ${run.seed}: a histogram needs one data set and net`,
      );
    }
  });
  return runs;
}

function summarise(runs: readonly EvaluatedRun[]): Record<string, unknown> {
  return Object.fromEntries(
    runs.map(({ strength, seed, values }) => [
      `strength ${strength}, seed ${seed}`,
      Object.fromEntries(quantities.map((quantity) => [quantity, distributionOf(values[quantity])])),
    ]),
  );
}
