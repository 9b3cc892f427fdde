import { describe, expect, it } from 'vitest';
import { softmaxCrossEntropy, type Scalar, type Tensor1D, type Tensor2D, type Tensor4D } from 'ar-pipe/tf';
import { ascend, bestIterate, lastIterate, type Climb, type LossOf } from '../../../stages/attacks/attack.ts';
import { boxAround, project, stepSizeFor, type Box } from '../../../stages/attacks/bounds.ts';
import { startNoise } from '../../../stages/attacks/noise.ts';
import { attackPlan, attackSchema } from '../../../stages/attacks/params.ts';
import { tf } from '../backend.ts';
import { cases, fc } from '../../properties.ts';

const picture = (...values: number[]): Tensor4D => tf.tensor4d(values, [1, 1, 1, values.length]);
const values = (x: Tensor4D): number[] => [...x.dataSync()];
const eps8 = tf.scalar(8 / 255);
const expectClose = (ours: number[], theirs: number[], tolerance = 1e-6): void => {
  expect(ours).toHaveLength(theirs.length);
  for (const [i, value] of theirs.entries()) expect(Math.abs(ours[i]! - value)).toBeLessThan(tolerance);
};

/** ln(1 + e^-z) of the linear model z = w.x + b, for label +1. */
const w = tf.tensor4d([0.5, -2, 0, 1], [1, 1, 1, 4]);
const score = (x: Tensor4D): Tensor1D => tf.add(tf.sum(tf.mul(x, w), [1, 2, 3]), 0.1);
const logistic: LossOf = (x) => tf.softplus(tf.neg(score(x)));
const climbing =
  (box: Box, stepSize: Scalar): Climb =>
  (x) =>
    ascend(tf, logistic, x, box, stepSize);

describe('on a linear model', () => {
  const x = picture(0.2, 0.9, 0.5, 0.01);

  it('FGSM moves each pixel against its weight, within [0, 1]', () => {
    expectClose([...score(x).dataSync()], [-1.59]);
    const { next, loss } = ascend(tf, logistic, x, boxAround(tf, x, eps8), eps8);
    expectClose([...loss.dataSync()], [1.7755875607]);
    expectClose(values(next), [0.2 - 8 / 255, 0.9 + 8 / 255, 0.5, 0]);
    expectClose([...score(next).dataSync()], [-1.6784313725]);
    expectClose([...logistic(next).dataSync()], [1.8495795362]);
  });

  it('PGD reaches the same corner; a pixel of weight 0 stays at its start', () => {
    const box = boxAround(tf, x, eps8);
    for (const start of [
      x,
      project(tf, tf.add(x, tf.tensor4d([0.03, -0.02, 0.01, 0.02], [1, 1, 1, 4])), box),
    ]) {
      const reached = lastIterate(climbing(box, tf.scalar(2 / 255)), start, 10);
      expectClose(
        values(reached).map((v) => v * 255),
        [43, 237.5, 255 * values(start)[2]!, 0],
        1e-4,
      );
    }
  });
});

it('FGSM on three classes moves along the gradient of the cross-entropy', () => {
  const rows = tf.tensor2d([1, 0, -1, 0, 2, 0, -1, 1, 1], [3, 3]);
  const logits = (x: Tensor4D): Tensor2D => tf.matMul(x.reshape([1, 3]), rows, false, true);
  const lossOf: LossOf = (x) => softmaxCrossEntropy(tf.tensor1d([0], 'int32'), logits(x));
  const x = picture(0.5, 0.5, 0.5);
  const { next, loss } = ascend(tf, lossOf, x, boxAround(tf, x, eps8), eps8);
  expectClose([...loss.dataSync()], [1.6802696706]);
  expectClose(
    values(next).map((v) => Math.sign(v - 0.5)),
    [-1, 1, 1],
  );
  expectClose([...lossOf(next).dataSync()], [1.7935011247]);
  const [own, ...others] = logits(next).dataSync();
  expect(own! - Math.max(...others)).toBeCloseTo(-1.1254901961, 6);
});

describe('every attack', () => {
  const pixel = fc.float({ min: 0, max: 1, noNaN: true });

  it('stays within epsilon and [0, 1], and its best iterate never loses', () => {
    fc.assert(
      fc.property(
        fc.array(pixel, { minLength: 4, maxLength: 4 }),
        fc.integer({ min: 0, max: 64 }),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 0, max: 4 }),
        (pixels, epsilon255, step255, steps) => {
          const x = picture(...pixels);
          const box = boxAround(tf, x, tf.scalar(epsilon255 / 255));
          const known = { pictures: x, loss: logistic(x) };
          const climb = climbing(box, tf.scalar(step255 / 255));
          const best = bestIterate(tf, climb, logistic, known, x, steps);
          for (const [i, value] of values(best.pictures).entries()) {
            expect(Math.abs(value - Math.fround(pixels[i]!))).toBeLessThanOrEqual(epsilon255 / 255 + 1e-6);
            expect(value).toBeGreaterThanOrEqual(0);
            expect(value).toBeLessThanOrEqual(1);
          }
          expect(best.loss.dataSync()[0]!).toBeGreaterThanOrEqual(logistic(x).dataSync()[0]!);
        },
      ),
      cases(30),
    );
  });

  it('gives back the picture for epsilon 0 and the start for no steps', () => {
    const x = picture(0.2, 0.9, 0.5, 0.01);
    const still = boxAround(tf, x, tf.scalar(0));
    expect(values(lastIterate(climbing(still, tf.scalar(0.1)), x, 5))).toEqual(values(x));
    const start = picture(0.21, 0.9, 0.5, 0.01);
    expect(values(lastIterate(climbing(boxAround(tf, x, eps8), eps8), start, 0))).toEqual(values(start));
  });
});

describe('random starts', () => {
  it('belong to the example, whatever the batch', () => {
    const together = startNoise(3, 'noise', [5, 9, 2], 4, 10);
    expect(together.slice(20)).toEqual(startNoise(3, 'noise', [2], 4, 10));
    expect(together.slice(20)).not.toEqual(startNoise(3, 'noise', [2], 5, 10));
  });

  it('fill [-1, 1) evenly', () => {
    const noise = startNoise(3, 'noise', [0], 0, 10_000);
    expect(Math.min(...noise)).toBeGreaterThanOrEqual(-1);
    expect(Math.max(...noise)).toBeLessThan(1);
    expect(Math.abs(noise.reduce((a, b) => a + b) / noise.length)).toBeLessThan(0.02);
  });
});

describe('parameters', () => {
  it('name the attacks of the paper', () => {
    expect(attackPlan(attackSchema.parse({ kind: 'pgd', epsilon: 8 }))).toEqual({
      epsilon: 8 / 255,
      stepSize: 2 / 255,
      steps: 10,
      randomStart: true,
    });
    expect(attackPlan(attackSchema.parse({ kind: 'fgsm', epsilon: 4 }))).toMatchObject({
      stepSize: 4 / 255,
      steps: 1,
    });
    expect(attackPlan({ kind: 'fgsm', epsilon: 4, randomStart: true }).stepSize).toBeCloseTo(5 / 255);
    expect(attackPlan({ kind: 'none' })).toMatchObject({ epsilon: 0, steps: 0 });
  });

  it('widen the step where few steps would not reach', () => {
    expect([4, 8, 16].map((epsilon) => stepSizeFor(epsilon, 10))).toEqual([2, 2, 4]);
    expect(stepSizeFor(16, 3)).toBeCloseTo(13.333, 3);
  });
});
