/** Softmax cross-entropy per example; the forward pass also gives the gradient, softmax(logits) - labels. */
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { core, type Core } from '../backend/core.ts';
import { type } from './attributes.ts';
import { registerOperation, run, type Compute } from './kernel.ts';

const dense = 'SoftmaxCrossEntropyWithLogits';
const sparse = 'SparseSoftmaxCrossEntropyWithLogits';

export function registerCrossEntropy(tf: Core): void {
  const formula = (labels: Tensor, logits: Tensor): Tensor[] => {
    const logProbabilities = tf.logSoftmax(logits);
    const losses = tf.neg(tf.sum(tf.mul(labels, logProbabilities), 1));
    return [losses, tf.sub(tf.exp(logProbabilities), labels)];
  };
  const native =
    (name: string, withLabels: boolean): Compute =>
    ({ labels, logits }, _attrs, backend) => {
      const types = [type(backend, 'T'), ...(withLabels ? [type(backend, 'Tlabels', 'int32')] : [])];
      return backend.executeMultipleOutputs(name, types, [logits!, labels!], 2);
    };
  registerOperation(tf, {
    name: dense,
    native: native(dense, false),
    composed: ({ labels, logits }) => formula(labels!, logits!),
  });
  registerOperation(tf, {
    name: sparse,
    native: native(sparse, true),
    // One-hot numbers of type float32 are wrong on WebAssembly: cast them.
    composed: ({ labels, logits }) =>
      formula(tf.cast(tf.oneHot(labels!, logits!.shape[1]!), 'float32'), logits!),
  });
  for (const kernelName of [dense, sparse]) {
    tf.registerGradient({
      kernelName,
      outputsToSave: [false, true],
      gradFunc: (dys, [gradient]) => ({
        logits: () => tf.mul(gradient!, tf.expandDims((dys as Tensor[])[0]!, 1)),
      }),
    });
  }
}

/**
 * Cross-entropy of each example, in nats, shape `[n]`: -log softmax(logits)[label].
 * `labels` are class numbers (int32 `[n]`, each in [0, classes)) or distributions (float32 `[n, classes]`), and constants:
 * there is no gradient with respect to them. `logits` has shape `[n, classes]`.
 */
export function softmaxCrossEntropy(labels: Tensor1D | Tensor2D, logits: Tensor2D): Tensor1D {
  const byNumber = labels.rank === 1;
  if (byNumber && labels.dtype !== 'int32')
    throw new Error(`class numbers must be int32, these are ${labels.dtype}`);
  if (labels.shape[0] !== logits.shape[0] || (!byNumber && labels.shape[1] !== logits.shape[1])) {
    throw new Error(
      `labels of shape [${labels.shape.join(', ')}] do not fit logits of shape [${logits.shape.join(', ')}]`,
    );
  }
  const [losses] = run(core(), byNumber ? sparse : dense, { labels, logits });
  return losses as Tensor1D;
}
