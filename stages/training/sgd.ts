/** Stochastic gradient descent as PyTorch's SGD: coupled weight decay, momentum without dampening. */
import type { Core, Scalar, Tensor } from 'ar-pipe/tf';

export interface SgdParams {
  readonly momentum: number;
  /** Added to the gradient as weightDecay * w, for every trained parameter. */
  readonly weightDecay: number;
}

/**
 * g = gradient + weightDecay * w ;  buffer = momentum * buffer + g ;  w = w - rate * buffer.
 * A buffer that starts at zero equals PyTorch's, which starts as the first g.
 */
export function sgdStep(
  tf: Core,
  { momentum, weightDecay }: SgdParams,
  weight: Tensor,
  buffer: Tensor,
  gradient: Tensor,
  rate: Scalar,
): { weight: Tensor; buffer: Tensor } {
  const decayed = weightDecay === 0 ? gradient : tf.add(gradient, tf.mul(weight, weightDecay));
  const moved = tf.add(tf.mul(buffer, momentum), decayed);
  return { weight: tf.sub(weight, tf.mul(moved, rate)), buffer: moved };
}
