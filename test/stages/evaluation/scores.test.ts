import { describe, expect, it } from 'vitest';
import { robustAccuracy, scoresOf, summarise } from '../../../stages/evaluation/scores.ts';
import { fc } from '../../properties.ts';

const one = (logits: number[], label: number) => scoresOf(Float32Array.from(logits), [label], logits.length);

describe('scores', () => {
  it('are those of the paper', () => {
    const right = one([2, 1, 0], 0);
    expect(right.margin[0]).toBe(1);
    expect(right.probability[0]).toBeCloseTo(0.6652409558, 6);
    expect(right.loss[0]).toBeCloseTo(0.4076059645, 6);
    const wrong = one([2, 1, 0], 1);
    expect(wrong.margin[0]).toBe(-1);
    expect(wrong.probability[0]).toBeCloseTo(0.2447284711, 6);
    expect(wrong.loss[0]).toBeCloseTo(1.4076059645, 6);
    expect(one([1, 1, 0], 0)).toMatchObject({ margin: Float32Array.of(0), correct: Uint8Array.of(0) });
  });

  it('survive logits that overflow, and do not hide NaN', () => {
    expect(one([1e30, 0], 0).loss[0]).toBe(0);
    expect(one([Number.NaN, 0], 1).loss[0]).toBeNaN();
  });

  it('agree with each other', () => {
    const logit = fc.float({ min: -50, max: 50, noNaN: true });
    fc.assert(
      fc.property(fc.array(logit, { minLength: 2, maxLength: 6 }), fc.nat(), (logits, n) => {
        const { loss, margin, probability, correct } = one(logits, n % logits.length);
        expect(correct[0] === 1).toBe(margin[0]! > 0);
        expect(probability[0]!).toBeCloseTo(Math.exp(-loss[0]!), 5);
        expect(loss[0]!).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('are summed up by their means', () => {
    const scores = scoresOf(Float32Array.of(2, 0, 0, 2), [0, 0], 2);
    expect(summarise(scores).accuracy).toBe(0.5);
    expect(summarise(scores).loss).toBeCloseTo((scores.loss[0]! + scores.loss[1]!) / 2);
  });
});

it('robust accuracy counts only examples that were right before', () => {
  const { conditional, unconditional } = robustAccuracy([1, 1, 1, 0], [1, 0, 1, 1]);
  expect(conditional).toBeCloseTo(2 / 3);
  expect(unconditional).toBe(0.5);
  expect(() => robustAccuracy([1], [1, 0])).toThrow('differ in number');
});
