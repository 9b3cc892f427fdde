/** Histograms of per-example results, over bins common to all runs of a set of pictures. */
import * as z from 'zod';
import { numberColumn } from '../lib/csv.ts';
import { binEdges, countPerBin, rangeOf } from './bins.ts';
import { quantities, type EvaluatedRun, type Quantity } from './runs.ts';

export const pictureSets = ['test', 'train'] as const;
export type PictureSetName = (typeof pictureSets)[number];

/** One line of histograms.csv: one bin of one run. */
export const binRow = z.object({
  quantity: z.enum(quantities),
  set: z.enum(pictureSets),
  /** Strength of the training attack, in units of 1/255. */
  strength: numberColumn,
  seed: numberColumn,
  lo: numberColumn,
  hi: numberColumn,
  count: numberColumn,
  /** count / (examples of the run x width of the bin): the bins of a run enclose an area of 1. */
  density: numberColumn,
});
export type BinRow = z.output<typeof binRow>;

export const binColumns = Object.keys(binRow.shape) as (keyof BinRow)[];

/** Rows of all quantities of one set; runs are never pooled. */
export function histogramRows(
  set: PictureSetName,
  runs: readonly EvaluatedRun[],
  bins: Readonly<Record<Quantity, number>>,
): BinRow[] {
  return quantities.flatMap((quantity) => {
    const edges = edgesOf(quantity, runs, bins[quantity]);
    return runs.flatMap(({ strength, seed, values }) => {
      const counts = countPerBin(values[quantity], edges);
      return counts.map((count, i): BinRow => {
        const [lo, hi] = [edges[i]!, edges[i + 1]!];
        return {
          quantity,
          set,
          strength,
          seed,
          lo,
          hi,
          count,
          density: count / (values[quantity].length * (hi - lo)),
        };
      });
    });
  });
}

/** Margins: from the least to the greatest of all runs. Probabilities: 0 to 1. Losses: 0 to the greatest. */
function edgesOf(quantity: Quantity, runs: readonly EvaluatedRun[], count: number): Float64Array {
  if (quantity === 'probability') return binEdges(0, 1, count);
  const [low, high] = rangeOf(runs.map(({ values }) => values[quantity]));
  return binEdges(quantity === 'loss' ? 0 : low, high, count);
}
