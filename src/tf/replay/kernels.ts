/** Kernels of the native backend, restated so that they can be recorded and replay to the same bits. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Core } from '../backend/core.ts';
import { type } from '../gradients/attributes.ts';
import { registerOn } from '../gradients/kernel.ts';

export function registerReplayable(tf: Core): void {
  // TensorFlow.js leaves its types to be inferred, which a graph does not allow.
  registerOn(tf, 'tensorflow', 'ExpandDims', ({ input }, attrs, backend) => {
    const types = [type(backend, 'T', input!.dtype), type(backend, 'Tdim', 'int32')];
    return backend.executeSingleOutput('ExpandDims', types, [
      input!,
      tf.scalar(attrs['dim'] as number, 'int32'),
    ]);
  });
  // As one operation it rounds otherwise in a graph, where oneDNN takes it over.
  registerOn(tf, 'tensorflow', 'Softmax', ({ logits }, attrs) => {
    const dim = attrs['dim'] as number;
    const powers = tf.exp(tf.sub(logits!, tf.max(logits!, dim, true)));
    return tf.div<Tensor>(powers, tf.sum(powers, dim, true));
  });
}
