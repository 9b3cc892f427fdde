/** Batch normalisation with the batch's own statistics (Ioffe and Szegedy 2015), one operation forward and one backward. */
import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import type { NativeBackend } from '../backend/binding.ts';
import { core, type Core } from '../backend/core.ts';
import { flag, float, text, type } from './attributes.ts';
import { registerOperation, run, type Attributes } from './kernel.ts';

const forward = 'FusedBatchNormV3';
const backward = 'FusedBatchNormGradV3';

const opAttributes = (backend: NativeBackend, attrs: Attributes) => [
  type(backend, 'T'),
  type(backend, 'U'),
  float(backend, 'epsilon', attrs['epsilon'] as number),
  text(backend, 'data_format', 'NHWC'),
  flag(backend, 'is_training', true),
];

export function registerBatchNorm(tf: Core): void {
  // Outputs: y, mean, variance (Bessel), and three that only the gradient reads.
  registerOperation(tf, {
    name: forward,
    native: ({ x, scale, offset }, attrs, backend) => {
      const none = tf.zeros([0]);
      const all = [...opAttributes(backend, attrs), float(backend, 'exponential_avg_factor', 1)];
      return backend.executeMultipleOutputs(forward, all, [x!, scale!, offset!, none, none], 6);
    },
    composed: ({ x, scale, offset }, attrs) => {
      const { mean, variance } = tf.moments(x!, [0, 1, 2]);
      const count = x!.size / x!.shape[3]!;
      const y = tf.batchNorm(
        x as Tensor4D,
        mean as Tensor1D,
        variance as Tensor1D,
        offset as Tensor1D,
        scale as Tensor1D,
        attrs['epsilon'] as number,
      );
      const unbiased = tf.mul(variance, count / Math.max(count - 1, 1));
      return [y, mean, unbiased, tf.clone(mean), variance, tf.zeros([0])];
    },
  });
  // Outputs: gradients of x, scale and offset, and two empty ones.
  registerOperation(tf, {
    name: backward,
    native: ({ dy, x, scale, saved1, saved2, saved3 }, attrs, backend) =>
      backend.executeMultipleOutputs(
        backward,
        opAttributes(backend, attrs),
        [dy!, x!, scale!, saved1!, saved2!, saved3!],
        5,
      ),
    composed: ({ dy, x, scale, saved1: mean, saved2: variance }, attrs) => {
      const count = x!.size / x!.shape[3]!;
      const inverse = tf.rsqrt(tf.add(variance!, attrs['epsilon'] as number));
      const normal = tf.mul(tf.sub(x!, mean!), inverse);
      const dOffset = tf.sum(dy!, [0, 1, 2]);
      const dScale = tf.sum(tf.mul(dy!, normal), [0, 1, 2]);
      const spread = tf.add(tf.div(dOffset, count), tf.mul(normal, tf.div(dScale, count)));
      const dx = tf.mul(tf.mul(scale!, inverse), tf.sub(dy!, spread));
      return [dx, dScale, dOffset, tf.zeros([0]), tf.zeros([0])];
    },
  });
  tf.registerGradient({
    kernelName: forward,
    inputsToSave: ['x', 'scale'],
    outputsToSave: [false, false, false, true, true, true],
    gradFunc: (dys, [x, scale, saved1, saved2, saved3], attrs) => {
      const inputs = {
        dy: (dys as Tensor[])[0]!,
        x: x!,
        scale: scale!,
        saved1: saved1!,
        saved2: saved2!,
        saved3: saved3!,
      };
      // All three at once, before the engine asks for each in a scope of its own.
      const [dx, dScale, dOffset] = run(tf, backward, inputs, attrs);
      return { x: () => dx!, scale: () => dScale!, offset: () => dOffset! };
    },
  });
}

/** What batch normalisation of one batch gives. */
export interface BatchNormed {
  /** Normalised, scaled and shifted, shape `[n, h, w, c]`. */
  readonly y: Tensor4D;
  /** Mean of each channel over the batch, shape `[c]`. A constant for the gradient. */
  readonly mean: Tensor1D;
  /** Variance of each channel with Bessel's correction (as PyTorch keeps it for running statistics), shape `[c]`. A constant for the gradient. */
  readonly variance: Tensor1D;
}

/**
 * Normalises each channel of `x` (`[n, h, w, c]`, float32) by this batch's mean and (biased) variance, then scales and
 * shifts it (`scale`, `offset`: `[c]`). `epsilon` > 0 is added to the variance. Gradients flow from `y` to x, scale, offset.
 */
export function batchNormTrain(x: Tensor4D, scale: Tensor1D, offset: Tensor1D, epsilon: number): BatchNormed {
  const tf = core();
  const [y, mean, variance, ...saved] = run(tf, forward, { x, scale, offset }, { epsilon });
  // The tape holds its own references to what the gradient needs.
  tf.dispose(saved);
  return { y: y as Tensor4D, mean: mean as Tensor1D, variance: variance as Tensor1D };
}
