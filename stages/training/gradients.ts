/** What a training step needs of a batch, as a function of tensors. */
import {
  softmaxCrossEntropy,
  type Core,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
} from 'ar-pipe/tf';
import type { Net } from '../nets/net.ts';
import { named, trainedOf } from '../nets/parameters.ts';

/** The parts of its result, in this order. */
export interface BatchGradients {
  /** Cross-entropy of each example, [batch]. */
  readonly losses: Tensor1D;
  /** [batch, classes] */
  readonly logits: Tensor2D;
  /** One for each trained parameter. */
  readonly gradients: readonly Tensor[];
  /** One for each untrained parameter: its new value. */
  readonly statistics: readonly Tensor[];
}

/**
 * (weights…, pictures, labels, shares) -> (losses, logits, gradients…, statistics…). Weights are all parameters of the net in order;
 * gradients are those of the sum of losses times `shares` [batch], which are 1 / batch for the mean. Shares are an input because
 * a recorded graph multiplies constants into each other, and rounds otherwise.
 */
export function batchGradients(tf: Core, net: Net) {
  const trained = trainedOf(net).map(({ name }) => name);
  const untrained = net.parameters.filter((parameter) => !parameter.trained);
  return (inputs: Tensor[]): Tensor[] => {
    const weights = named(net, inputs);
    const [pictures, labels, shares] = inputs.slice(net.parameters.length) as [Tensor4D, Tensor1D, Tensor1D];
    let kept: Tensor[] = [];
    const lossesOf = (...values: Tensor[]): Tensor1D => {
      const current = { ...weights, ...Object.fromEntries(trained.map((name, i) => [name, values[i]!])) };
      const { logits, statistics } = net.forward(tf, current, pictures, 'train');
      // The gradient's own scope would free what is not its result.
      kept = [logits, ...untrained.map(({ name }) => statistics[name]!)].map((x) => tf.keep(x.clone()));
      return softmaxCrossEntropy(labels, logits);
    };
    const { value: losses, grads } = tf.valueAndGrads(lossesOf)(
      trained.map((name) => weights[name]!),
      shares,
    );
    const [logits, ...statistics] = kept as [Tensor, ...Tensor[]];
    return [losses, logits, ...grads, ...statistics];
  };
}

/** Names the parts of a result of `batchGradients`. */
export function partsOf(net: Net, results: readonly Tensor[]): BatchGradients {
  const [losses, logits, ...others] = results as [Tensor1D, Tensor2D, ...Tensor[]];
  const count = trainedOf(net).length;
  return { losses, logits, gradients: others.slice(0, count), statistics: others.slice(count) };
}
