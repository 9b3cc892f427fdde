import { describe, expect, it } from 'vitest';
import {
  maskingChecks,
  maskingProbes,
  maskingSchema,
  pairedDifference,
  type MaskingFacts,
} from '../../../stages/evaluation/masking.ts';

const repeat = (...runs: (readonly [value: number, times: number])[]) =>
  runs.flatMap(([value, times]) => new Array<number>(times).fill(value));
const masking = maskingSchema.parse({});

/** 100 pictures, 90 of them right: as an honest net of half the accuracy under attack would be. */
const honest: MaskingFacts = {
  clean: repeat([1, 90], [0, 10]),
  under: {
    pgd: repeat([1, 45], [0, 55]),
    fgsm: repeat([1, 50], [0, 50]),
    more: repeat([1, 44], [0, 56]),
    huge: repeat([0, 100]),
  },
  blackBox: repeat([1, 60], [0, 40]),
  zeroGradients: 0,
};
const flagged = (facts: Partial<MaskingFacts>) =>
  maskingChecks({ ...honest, ...facts }, masking)
    .filter((row) => row.flagged === 'true')
    .map(({ check }) => check);

describe('signs of masked gradients', () => {
  it('are absent from an honest net', () => {
    expect(flagged({})).toEqual([]);
    expect(maskingChecks(honest, masking)).toHaveLength(5);
    expect(maskingChecks({ ...honest, blackBox: null }, masking)).toHaveLength(4);
  });

  it.each([
    ['zero-gradients', { zeroGradients: 0.01 }],
    ['accuracy-at-huge-epsilon', { under: { ...honest.under, huge: repeat([1, 9], [0, 91]) } }],
    ['fgsm-beats-pgd', { under: { ...honest.under, fgsm: repeat([1, 20], [0, 80]) } }],
    [
      'more-steps-and-restarts-raise-accuracy',
      { under: { ...honest.under, more: repeat([1, 70], [0, 30]) } },
    ],
    ['black-box-beats-pgd', { blackBox: repeat([1, 20], [0, 80]) }],
  ] as const)('are seen: %s', (check, facts) => {
    expect(flagged(facts)).toEqual([check]);
  });

  it('are not seen in what chance may do: two standard errors of paired differences', () => {
    // One picture more for FGSM: mean 1/90, standard error 0.011.
    expect(flagged({ under: { ...honest.under, fgsm: repeat([1, 44], [0, 56]) } })).toEqual([]);
  });

  it('count only pictures right before', () => {
    const { mean, standardError } = pairedDifference([1, 1, 0, 1], [1, 1, 1, 0], [0, 1, 0, 1]);
    expect(mean).toBe(0);
    expect(standardError).toBeCloseTo(Math.sqrt(2 / 3 / 3), 12);
    expect(pairedDifference([0], [1], [0])).toEqual({ mean: 0, standardError: 0 });
  });
});

it('the huge attack reaches its whole ball', () => {
  const { huge, more, pgd } = maskingProbes(masking);
  expect(huge.stepSize * huge.steps).toBeCloseTo(2.5 * huge.epsilon, 12);
  expect(more.steps * more.restarts).toBe(4 * pgd.steps);
});
