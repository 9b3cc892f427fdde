/** Teaches TensorFlow.js all operations and gradients of this folder. Harmless when done twice. */
import type { Core } from '../backend/core.ts';
import { registerBatchNorm } from './batch-norm.ts';
import { registerClip } from './clip.ts';
import { registerConvolution } from './convolution.ts';
import { registerCrossEntropy } from './cross-entropy.ts';
import { registerPointwise } from './pointwise.ts';
import { registerRearranging } from './rearranging.ts';
import { registerRelu } from './relu.ts';

export function registerGradients(tf: Core): void {
  registerRelu(tf);
  registerClip(tf);
  registerCrossEntropy(tf);
  registerBatchNorm(tf);
  registerConvolution(tf);
  registerPointwise(tf);
  registerRearranging(tf);
}
