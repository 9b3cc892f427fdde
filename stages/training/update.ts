/** One training step as a function of tensors. */
import type { Core, Scalar, Tensor, Tensor1D, Tensor2D, Tensor4D } from 'ar-pipe/tf';
import { crossEntropy } from '../attacks/attack.ts';
import type { TensorFunction } from '../lib/graph.ts';
import type { Net } from '../nets/net.ts';
import { named, trainedOf } from '../nets/parameters.ts';
import { sgdStep, type SgdParams } from './sgd.ts';

/**
 * (weights…, buffers…, pictures, labels, rate) -> (new weights…, new buffers…, losses [batch], logits [batch, classes]).
 * Weights are all parameters of the net in order, buffers one for each trained one. The objective is the batch's mean
 * cross-entropy; losses and logits are those before the step.
 */
export function trainingStep(tf: Core, net: Net, sgd: SgdParams): TensorFunction {
  const trained = trainedOf(net);
  return (inputs) => {
    const weights = named(net, inputs);
    const buffers = inputs.slice(net.parameters.length, net.parameters.length + trained.length);
    const [pictures, labels, rate] = inputs.slice(-3) as [Tensor4D, Tensor2D, Scalar];
    const { losses, logits, statistics, gradients } = lossesAndGradients(tf, net, weights, pictures, labels);

    const newWeights: Tensor[] = [];
    const newBuffers: Tensor[] = [];
    for (const { name, trained: isTrained, rateFactor } of net.parameters) {
      if (!isTrained) {
        newWeights.push(statistics[name]!);
        continue;
      }
      const i = newBuffers.length;
      const ownRate = rateFactor === 1 ? rate : tf.mul<Scalar>(rate, rateFactor);
      const { weight, buffer } = sgdStep(tf, sgd, weights[name]!, buffers[i]!, gradients[i]!, ownRate);
      newWeights.push(weight);
      newBuffers.push(buffer);
    }
    return [...newWeights, ...newBuffers, losses, logits];
  };
}

/** Losses per example, and for each trained parameter the gradient of their mean. */
function lossesAndGradients(
  tf: Core,
  net: Net,
  weights: Readonly<Record<string, Tensor>>,
  pictures: Tensor4D,
  labels: Tensor2D,
): { losses: Tensor1D; logits: Tensor2D; statistics: Readonly<Record<string, Tensor>>; gradients: Tensor[] } {
  const names = trainedOf(net).map(({ name }) => name);
  let logits: Tensor2D | undefined;
  const statistics: Record<string, Tensor> = {};
  const lossesOf = (...values: Tensor[]): Tensor1D => {
    const current = { ...weights, ...Object.fromEntries(names.map((name, i) => [name, values[i]!])) };
    const forward = net.forward(tf, current, pictures, 'train');
    // The gradient's own scope would free what is not its result.
    logits = tf.keep(forward.logits.clone());
    for (const [name, value] of Object.entries(forward.statistics)) statistics[name] = tf.keep(value.clone());
    return crossEntropy(tf, labels, forward.logits);
  };
  const batch = pictures.shape[0];
  const { value, grads } = tf.valueAndGrads(lossesOf)(
    names.map((name) => weights[name]!),
    tf.fill([batch], 1 / batch),
  );
  return { losses: value, logits: logits!, statistics, gradients: grads };
}
