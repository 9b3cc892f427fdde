/** Functions of tensor lists: the form in which a computation can be recorded once and replayed. */
import type { Core, Tensor } from 'ar-pipe/tf';

/** Everything it depends on is an argument; its results belong to the caller. */
export type TensorFunction = (inputs: Tensor[]) => Tensor[];

/** Runs the function operation by operation, and frees what it leaves behind. */
export function eager(tf: Core, body: TensorFunction): TensorFunction {
  return (inputs) => tf.tidy(() => body(inputs));
}
