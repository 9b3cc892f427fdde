/**
 * Signs that a net withstands attacks because its gradients mislead them, not because it is robust (Carlini et al. 2019;
 * the flags of AutoAttack). Such a net's robust accuracy says nothing.
 */
import * as z from 'zod';
import type { MaskingRow } from '../results/attack-table.ts';
import { robustAccuracy } from './scores.ts';
import type { RepeatedPlan } from './under-attack.ts';

export const maskingSchema = z.strictObject({
  pictures: z.int().positive().default(100).describe('The first so many of those attacked'),
  epsilon: z.number().positive().max(255).default(8).describe('Radius of the attacks compared, in 1/255'),
  stepSize: z.number().positive().default(2).describe('Step of PGD, in 1/255'),
  steps: z.int().positive().default(10).describe('Steps of PGD'),
  hugeEpsilon: z
    .number()
    .positive()
    .max(255)
    .default(128)
    .describe(
      'Radius, in 1/255, at which no net can be right: half the pixel range turns every picture grey',
    ),
  queries: z
    .int()
    .nonnegative()
    .default(0)
    .describe('Queries a picture of the Square attack, which needs no gradients; 0: left out, it costs most'),
  limits: z
    .strictObject({
      zeroGradients: z.number().min(0).max(1).default(0).describe('Share of pictures without any gradient'),
      hugeAccuracy: z
        .number()
        .min(0)
        .max(1)
        .default(0.05)
        .describe('Conditional accuracy left at the huge radius'),
      standardErrors: z
        .number()
        .nonnegative()
        .default(2)
        .describe('By how many a weaker attack may beat a stronger one by chance'),
    })
    .prefault({}),
});
export type Masking = z.output<typeof maskingSchema>;

/** The attacks that the checks compare. */
export type Probe = 'pgd' | 'fgsm' | 'more' | 'huge';

export function maskingProbes({
  epsilon,
  stepSize,
  steps,
  hugeEpsilon,
}: Masking): Record<Probe, RepeatedPlan> {
  const pgd = {
    epsilon: epsilon / 255,
    stepSize: stepSize / 255,
    steps,
    randomStart: true,
    restarts: 1,
  };
  const huge = hugeEpsilon / 255;
  return {
    pgd,
    fgsm: { epsilon: pgd.epsilon, stepSize: pgd.epsilon, steps: 1, randomStart: false, restarts: 1 },
    more: { ...pgd, steps: 2 * steps, restarts: 2 },
    // The whole ball within reach, as for small ones: Madry's rule.
    huge: { ...pgd, epsilon: huge, stepSize: (2.5 * huge) / steps },
  };
}

/** What is known of each picture: 1 where the net is right. */
export interface MaskingFacts {
  readonly clean: ArrayLike<number>;
  readonly under: Readonly<Record<Probe, ArrayLike<number>>>;
  /** Under the Square attack, where it was made. */
  readonly blackBox: ArrayLike<number> | null;
  /** Share of the pictures whose input gradient is all zero. */
  readonly zeroGradients: number;
}

/** The checks, each with the limit beyond which it counts as a sign. Accuracies are of the pictures right without attack. */
export function maskingChecks(facts: MaskingFacts, { limits }: Masking): MaskingRow[] {
  const { clean, under, blackBox, zeroGradients } = facts;
  const { pgd, fgsm, more, huge } = under;
  const row = (check: string, value: number, limit: number): MaskingRow => ({
    check,
    value,
    limit,
    flagged: value > limit ? 'true' : 'false',
  });
  const loses = (check: string, stronger: ArrayLike<number>, weaker: ArrayLike<number>): MaskingRow => {
    const { mean, standardError } = pairedDifference(clean, stronger, weaker);
    return row(check, mean, limits.standardErrors * standardError);
  };
  return [
    row('zero-gradients', zeroGradients, limits.zeroGradients),
    row('accuracy-at-huge-epsilon', robustAccuracy(clean, huge).conditional, limits.hugeAccuracy),
    loses('fgsm-beats-pgd', pgd, fgsm),
    loses('more-steps-and-restarts-raise-accuracy', more, pgd),
    ...(blackBox === null ? [] : [loses('black-box-beats-pgd', pgd, blackBox)]),
  ];
}

/**
 * By how much the share right under `a` exceeds that under `b`, over the examples right without attack, and its standard error. The same
 * pictures are under both, so the error is that of the mean of differences. Both are 0 where no example counts.
 */
export function pairedDifference(
  clean: ArrayLike<number>,
  a: ArrayLike<number>,
  b: ArrayLike<number>,
): { mean: number; standardError: number } {
  let count = 0;
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < clean.length; i++) {
    if (clean[i] !== 1) continue;
    const difference = a[i]! - b[i]!;
    count++;
    sum += difference;
    squares += difference * difference;
  }
  if (count === 0) return { mean: 0, standardError: 0 };
  const mean = sum / count;
  return { mean, standardError: Math.sqrt(Math.max(squares / count - mean * mean, 0) / count) };
}
