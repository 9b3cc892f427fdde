/** L-infinity balls cut to the pixel box, and how far small budgets of steps reach in them. */
import type { Scalar, Tensor4D, Core } from 'ar-pipe/tf';

/** Elementwise bounds of the pictures an attack may reach. */
export interface Box {
  readonly low: Tensor4D;
  readonly high: Tensor4D;
}

/**
 * The ball of radius epsilon about the pictures, within [0, 1]. Both sets are boxes, so clipping to this one projects onto
 * their intersection.
 */
export function boxAround(tf: Core, pictures: Tensor4D, epsilon: Scalar): Box {
  return {
    low: tf.maximum(tf.sub(pictures, epsilon), 0),
    high: tf.minimum(tf.add(pictures, epsilon), 1),
  };
}

export function project(tf: Core, x: Tensor4D, { low, high }: Box): Tensor4D {
  return tf.minimum(tf.maximum(x, low), high);
}

/**
 * Step size for an attack of few steps, in the unit of epsilon: the paper's 2/255 for its 10 steps, larger where
 * `steps` of them would leave most of the ball out of reach (Madry's library uses the same 2.5 epsilon / steps).
 */
export function stepSizeFor(epsilon255: number, steps: number): number {
  return Math.max(2, (2.5 * epsilon255) / steps);
}
