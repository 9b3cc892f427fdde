import { describe, expect, it } from 'vitest';
import { aside } from '../../../stages/plot/curves.ts';
import { strengthAxis } from '../../../stages/plot/strength-axis.ts';
import { withCommonZero } from '../../../stages/plot/twin-axes.ts';
import { point } from './rig.ts';
import { fc } from '../../properties.ts';

describe('two y axes', () => {
  const end = fc.integer({ min: -1000, max: 1000 }).map((n) => n / 100);
  const range = fc.tuple(end, end).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);

  it('hold every mark, rise, and have zero at one height', () => {
    fc.assert(
      fc.property(range, range, (left, right) => {
        const both = withCommonZero(left, right);
        const heights = both.map(([low, high]) => -low / (high - low));
        expect(heights[0]).toBeCloseTo(heights[1]!, 9);
        [left, right].forEach(([low, high], i) => {
          const [bottom, top] = both[i]!;
          expect(bottom).toBeLessThan(top);
          expect(bottom).toBeLessThanOrEqual(Math.min(low, 0) + 1e-9);
          expect(top).toBeGreaterThanOrEqual(Math.max(high, 0) - 1e-9);
        });
      }),
    );
  });

  it('begin at zero where nothing is below it', () => {
    const [[bottom], [otherBottom]] = withCommonZero([0.1, 1], [0.02, 0.05]);
    expect([bottom, otherBottom]).toEqual([0, 0]);
  });

  it('give both halves room where one curve is above zero and one below', () => {
    const [left, right] = withCommonZero([1, 2], [-2, -1]);
    expect(-left[0]).toBeCloseTo(left[1]);
    expect(-right[0]).toBeCloseTo(right[1]);
  });
});

describe('the axis of strengths', () => {
  it('has a tick at each strength, and says that ordinary training is ours', () => {
    const axis = strengthAxis([16, 0, 4].map((x) => point({ x }))) as {
      axis: { values: number[]; labelExpr: string };
    };
    expect(axis.axis.values).toEqual([0, 4, 16]);
    expect(axis.axis.labelExpr).toContain('none (ours)');
  });

  it('keeps curves that are moved aside centred', () => {
    expect([0, 1, 2].map((i) => aside(i, 3, 0.5))).toEqual([-0.5, 0, 0.5]);
    expect(aside(0, 1, 0.5)).toBe(0);
  });
});
