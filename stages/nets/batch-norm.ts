/** Batch norm with PyTorch's conventions: epsilon 1e-5, running statistics moved by 0.1, the variance kept unbiased. */
import { batchNormTrain, type Core, type Tensor1D, type Tensor4D } from 'ar-pipe/tf';
import type { Initial, Mode, Parameter, Weights } from './net.ts';

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

/**
 * Normalises x [batch, h, w, c] over all but the channels: by the running statistics in `evaluate` mode, by the batch's mean
 * and biased variance in `train` mode, where `statistics` receives the moved running values.
 */
export function batchNorm(
  tf: Core,
  x: Tensor4D,
  weights: Weights,
  name: string,
  mode: Mode,
  statistics: Record<string, Tensor1D>,
): Tensor4D {
  const part = (suffix: string): Tensor1D => weights[`${name}.${suffix}`] as Tensor1D;
  const [gamma, beta, runningMean, runningVariance] = [
    part('weight'),
    part('bias'),
    part('running_mean'),
    part('running_var'),
  ];
  if (mode === 'evaluate') {
    const factor = tf.mul(gamma, tf.rsqrt(tf.add(runningVariance, epsilon)));
    return tf.add<Tensor4D>(tf.mul(tf.sub(x, runningMean), factor), beta);
  }
  const { y, mean, variance } = batchNormTrain(x, gamma, beta, epsilon);
  const moved = (running: Tensor1D, batch: Tensor1D): Tensor1D =>
    tf.add(tf.mul(running, 1 - movement), tf.mul(batch, movement));
  statistics[`${name}.running_mean`] = moved(runningMean, mean);
  statistics[`${name}.running_var`] = moved(runningVariance, variance);
  return y;
}
