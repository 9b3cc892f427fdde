/**
 * The gradient of relu as one operation on its output. TensorFlow.js composes it of five, which is the largest single
 * loss of a training step (6 ms instead of 0.3 for a feature map of 8 MB).
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Core } from '../backend/core.ts';
import { type } from './attributes.ts';
import { registerOperation, run } from './kernel.ts';

export function registerRelu(tf: Core): void {
  registerOperation(tf, {
    name: 'ReluGrad',
    native: ({ dy, y }, _attrs, backend) =>
      backend.executeSingleOutput('ReluGrad', [type(backend, 'T')], [dy!, y!]),
    composed: ({ dy, y }) => tf.mul(dy!, tf.step(y!)),
  });
  tf.registerGradient({
    kernelName: 'Relu',
    // The output is at hand anyway (the next layer's input), the input could be freed.
    outputsToSave: [true],
    gradFunc: (dy, [y]) => ({ x: () => run(tf, 'ReluGrad', { dy: dy as Tensor, y: y! })[0]! }),
  });
}
