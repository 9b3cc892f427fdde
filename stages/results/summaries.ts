/** The summaries of a run that figures and tables read: summary.json of `evaluate`, metrics.json of `train`. */
import { readFileSync } from 'node:fs';
import * as z from 'zod';

const setSummary = z.object({
  /** Mean natural-log cross-entropy. */
  loss: z.number(),
  /** Share of correct pictures, 0 to 1. */
  accuracy: z.number().min(0).max(1),
  pictures: z.int().positive(),
});

/** summary.json of `evaluate`: on natural pictures, with the final weights. */
export const evaluationSummary = z.object({
  train: setSummary,
  test: setSummary,
  /** Mean test loss - mean train loss. */
  lossGap: z.number(),
  /** Train accuracy - test accuracy. */
  errorGap: z.number(),
});
export type EvaluationSummary = z.output<typeof evaluationSummary>;

/** What is read of metrics.json of `train`. */
export const trainingSummary = z.object({
  /** Natural log of the product of the spectral norms of all layers (definition 7); absent where a layer is all zeros or maps are not square. */
  logSpectralComplexity: z.number().optional(),
  /** Clips of a layer's norm, summed over layers and epochs; 0 without spectral control. */
  layersClipped: z.int().nonnegative(),
});
export type TrainingSummary = z.output<typeof trainingSummary>;

/** @throws an error naming the file and the first field that does not fit */
export function readSummary<S extends z.ZodType>(path: string, schema: S): z.output<S> {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Error(`${path} is not JSON: ${(error as Error).message}`);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new Error(`${path}: field '${issue.path.join('.')}': ${issue.message}`);
}
