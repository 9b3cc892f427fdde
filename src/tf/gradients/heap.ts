/** Tensors of the WebAssembly backend as the memory they lie in: for loops, without copies in between. */
import type { DataType, Tensor, TensorInfo } from '@tensorflow/tfjs-core';
import type { Core } from '../backend/core.ts';

interface WasmBackend {
  makeOutput(shape: readonly number[], dtype: DataType): TensorInfo;
  typedArrayFromHeap(tensor: TensorInfo): Float32Array;
}

/**
 * A new float32 tensor of this shape. `write` gets its memory, of any content, and that of `sources`; it must not make
 * tensors, which may move them.
 */
export function written<T extends Tensor>(
  tf: Core,
  shape: T['shape'],
  sources: readonly Tensor[],
  write: (numbers: Float32Array, ...sources: readonly Float32Array[]) => void,
): T {
  const backend = tf.backend() as unknown as WasmBackend;
  const made = backend.makeOutput(shape, 'float32');
  const [numbers, ...others] = [made, ...sources].map((tensor) => backend.typedArrayFromHeap(tensor));
  write(numbers!, ...others);
  return tf.engine().makeTensorFromTensorInfo(made) as T;
}
