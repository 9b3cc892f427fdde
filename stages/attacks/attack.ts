/** Untargeted L-infinity attacks by the sign of the input gradient (appendix B.1; Madry et al. 2018, Goodfellow et al. 2015). */
import type { Scalar, Tensor1D, Tensor4D, Core } from 'ar-pipe/tf';
import { project, type Box } from './bounds.ts';

/** Cross-entropy of each example, [batch], of the net under attack. */
export type LossOf = (pictures: Tensor4D) => Tensor1D;

/**
 * Losses at x and the gradient of their *sum*: each example's own gradient, which a mean would shrink with the
 * batch until its sign is lost to underflow.
 */
export function lossAndGradient(
  tf: Core,
  lossOf: LossOf,
  x: Tensor4D,
): { loss: Tensor1D; gradient: Tensor4D } {
  const { value, grad } = tf.valueAndGrad((pictures: Tensor4D) => lossOf(pictures))(x, tf.ones([x.shape[0]]));
  return { loss: value, gradient: grad };
}

export interface Ascent {
  /** The next iterate. */
  readonly next: Tensor4D;
  /** Losses of the iterate the step started from. */
  readonly loss: Tensor1D;
}

/** One step of projected gradient ascent: clip(x + stepSize * sign(gradient)) to the box. sign(0) = 0. */
export function ascend(tf: Core, lossOf: LossOf, x: Tensor4D, box: Box, stepSize: Scalar): Ascent {
  const { loss, gradient } = lossAndGradient(tf, lossOf, x);
  return { next: project(tf, tf.add(x, tf.mul(stepSize, tf.sign(gradient))), box), loss };
}

/** One step of an attack from x: `ascend`, bound to a net, a box and a step size. */
export type Climb = (x: Tensor4D) => Ascent;

/** The last of `steps` iterates from `start`: what training uses. */
export function lastIterate(climb: Climb, start: Tensor4D, steps: number): Tensor4D {
  let x = start;
  for (let step = 0; step < steps; step++) x = climb(x).next;
  return x;
}

/** Pictures and their losses, the greatest seen so far for each example. */
export interface Best {
  readonly pictures: Tensor4D;
  readonly loss: Tensor1D;
}

/** Keeps, example by example, whichever has the greater loss; the earlier one on ties. */
export function better(tf: Core, best: Best, other: Best): Best {
  const rises = tf.greater(other.loss, best.loss);
  return {
    pictures: tf.where(tf.reshape(rises, [-1, 1, 1, 1]), other.pictures, best.pictures),
    loss: tf.where(rises, other.loss, best.loss),
  };
}

/**
 * The example of greatest loss among `known` and the iterates x_0 .. x_steps from `start`, picture by picture: what loss variation
 * (B.5) asks for. With the clean picture as `known` the loss never falls.
 */
export function bestIterate(
  tf: Core,
  climb: Climb,
  lossOf: LossOf,
  known: Best,
  start: Tensor4D,
  steps: number,
): Best {
  let x = start;
  let best = known;
  for (let step = 0; step < steps; step++) {
    const { next, loss } = climb(x);
    best = better(tf, best, { pictures: x, loss });
    x = next;
  }
  return better(tf, best, { pictures: x, loss: lossOf(x) });
}
