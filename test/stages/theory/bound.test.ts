import { describe, expect, it } from 'vitest';
import { logComplexityTerm, logCoveringNumber, theorem31 } from '../../../stages/theory/bound.ts';
import { boundRowOf } from '../../../stages/theory/bound-table.ts';
import { rampLoss, rampRisk } from '../../../stages/theory/ramp.ts';
import { describeGolden, goldenJson } from '../golden.ts';

interface Golden {
  theorem_3_1: Record<'u_min' | 'g' | 'C_X' | 'k' | 'eps' | 'm' | 'eta' | 'covering_number_bound', number>[] &
    Record<'margin_term' | 'complexity_term' | 'rhs', number>[];
  covering_and_theorem_C_1: Record<
    'C_X' | 'eps' | 'k' | 'm' | 'eta' | 'eps_S' | 'M' | 'covering_number_bound' | 'theorem_C_1_bound',
    number
  >[];
  margins: { margin: number[]; ramp: Record<string, number[]>; ramp_mean?: Record<string, number> };
  ramp_edge_cases: Record<'margin' | 'g' | 'loss', number>[];
}

describe('Theorem 3.1', () => {
  it('is the sum of its terms', () => {
    const logK = logCoveringNumber({ k: 1, cX: 1 }, 0.1);
    const bound = theorem31({ uMin: 0.25, gamma: 1, logK, m: 1000, eta: 0.05 });
    expect(bound.marginTerm).toBe(0.75);
    expect(Math.exp(bound.logComplexityTerm)).toBeCloseTo(0.1409056711, 10);
    expect(Math.exp(bound.logBound)).toBeCloseTo(0.8909056711, 10);
    expect(bound.verdict).toBe('informative');
  });

  it('does not overflow, and says when it says nothing', () => {
    const bound = theorem31({
      uMin: 0,
      gamma: 1,
      logK: logCoveringNumber({ k: 784, cX: 28 }, 4 / 255),
      m: 50_000,
      eta: 0.05,
    });
    expect(bound.verdict).toBe('vacuous');
    expect(bound.logBound).toBeGreaterThan(1000);
    expect(bound.logBound).toBeLessThan(Infinity);
    const tight = theorem31({ uMin: 2, gamma: 1, logK: 0, m: 1e6, eta: 0.05 });
    expect(tight).toMatchObject({ marginTerm: 0, verdict: 'informative' });
    expect(tight.logBound).toBe(tight.logComplexityTerm);
  });

  it('takes a number of balls as it is, and never fewer than one', () => {
    const others = { uMin: 0.5, gamma: 1, m: 100, eta: 0.05 };
    expect(boundRowOf({ K: 10 }, 0.1, others)).toMatchObject({ k: '', cX: '', logK: Math.log(10) });
    expect(boundRowOf({ k: 2, cX: 0.01 }, 0.1, others)).toMatchObject({ k: '2', cX: '0.01', logK: 0 });
    expect(boundRowOf({ k: 2, cX: 1 }, 0.1, others).logK).toBeCloseTo(Math.log(100), 12);
  });
});

describeGolden('the theory against the reference values', () => {
  const golden = goldenJson('theory.json') as Golden;

  it('Theorem 3.1', () => {
    for (const { u_min, g, C_X, k, eps, m, eta, ...expected } of golden.theorem_3_1) {
      const logK = logCoveringNumber({ k, cX: C_X }, eps);
      expect(Math.exp(logK) / expected.covering_number_bound).toBeCloseTo(1, 9);
      const bound = theorem31({ uMin: u_min, gamma: g, logK, m, eta });
      expect(bound.marginTerm).toBeCloseTo(expected.margin_term, 9);
      expect(Math.exp(bound.logComplexityTerm)).toBeCloseTo(expected.complexity_term, 9);
      expect(Math.exp(bound.logBound)).toBeCloseTo(expected.rhs, 9);
    }
  });

  it('the term of Theorem C.1', () => {
    for (const { C_X, k, eps, m, eta, eps_S, M, theorem_C_1_bound } of golden.covering_and_theorem_C_1) {
      const logK = logCoveringNumber({ k, cX: C_X }, eps);
      expect(eps_S + M * Math.exp(logComplexityTerm(logK, m, eta))).toBeCloseTo(theorem_C_1_bound, 9);
    }
  });

  it('the ramp loss', () => {
    for (const { margin, g, loss } of golden.ramp_edge_cases)
      expect(rampLoss(margin, g)).toBeCloseTo(loss, 9);
    for (const [gamma, losses] of Object.entries(golden.margins.ramp)) {
      const ours = golden.margins.margin.map((margin) => rampLoss(margin, Number(gamma)));
      for (const [i, loss] of losses.entries()) expect(ours[i]!).toBeCloseTo(loss, 9);
      expect(rampRisk(golden.margins.margin, Number(gamma))).toBeCloseTo(
        losses.reduce((a, b) => a + b) / losses.length,
        9,
      );
    }
  });
});
