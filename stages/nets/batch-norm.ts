/** Batch norm with PyTorch's conventions: epsilon 1e-5, running statistics moved by 0.1, the variance kept unbiased. */
import { batchNormTrain, type Core, type Tensor1D, type Tensor4D } from 'ar-pipe/tf';
import type { Initial, Parameter, Weights } from './net.ts';

const epsilon = 1e-5;
const movement = 0.1;

export function batchNormParameters(name: string, channels: number): Parameter[] {
  const add = (part: string, value: number, trained: boolean): Parameter => {
    const initial: Initial = { kind: 'constant', value };
    return { name: `${name}.${part}`, shape: [channels], initial, trained, rateFactor: 1 };
  };
  return [
    add('weight', 1, true),
    add('bias', 0, true),
    add('running_mean', 0, false),
    add('running_var', 1, false),
  ];
}

interface Normalisation {
  readonly gamma: Tensor1D;
  readonly beta: Tensor1D;
  readonly mean: Tensor1D;
  readonly variance: Tensor1D;
}

const normalisation = (weights: Weights, name: string): Normalisation => {
  const part = (suffix: string): Tensor1D => weights[`${name}.${suffix}`] as Tensor1D;
  const [gamma, beta] = [part('weight'), part('bias')];
  return { gamma, beta, mean: part('running_mean'), variance: part('running_var') };
};

/**
 * In `evaluate` mode: by the running statistics, which is a factor and a shift for each channel. A convolution before it takes
 * the factor into its kernel, so that the map is not gone through once more: factor (K * x) + shift = (factor K) * x + shift.
 */
export function foldedBatchNorm(
  tf: Core,
  weights: Weights,
  name: string,
): { readonly factor: Tensor1D; readonly shift: Tensor1D } {
  const { gamma, beta, mean, variance } = normalisation(weights, name);
  const factor = tf.mul<Tensor1D>(gamma, tf.rsqrt(tf.add(variance, epsilon)));
  return { factor, shift: tf.sub(beta, tf.mul(mean, factor)) };
}

/**
 * In `train` mode: normalises x [batch, h, w, c] over all but the channels by the batch's mean and biased variance; `statistics`
 * receives the moved running values.
 */
export function batchNorm(
  tf: Core,
  x: Tensor4D,
  weights: Weights,
  name: string,
  statistics: Record<string, Tensor1D>,
): Tensor4D {
  const running = normalisation(weights, name);
  const { y, mean, variance } = batchNormTrain(x, running.gamma, running.beta, epsilon);
  const moved = (from: Tensor1D, batch: Tensor1D): Tensor1D =>
    tf.add(tf.mul(from, 1 - movement), tf.mul(batch, movement));
  statistics[`${name}.running_mean`] = moved(running.mean, mean);
  statistics[`${name}.running_var`] = moved(running.variance, variance);
  return y;
}
