/** A whole training step as one function of tensors: gradients of a batch, then the update. */
import type { Core, Scalar, Tensor, Tensor1D, Tensor2D } from 'ar-pipe/tf';
import type { Net } from '../nets/net.ts';
import { trainedOf } from '../nets/parameters.ts';
import { batchGradients, partsOf } from './gradients.ts';
import { sgdStep, type SgdParams } from './sgd.ts';

/** Its result, in this order. */
export interface Stepped {
  /** Cross-entropy of each example before the step, [batch]. */
  readonly losses: Tensor1D;
  /** Before the step, [batch, classes]. */
  readonly logits: Tensor2D;
  /** New values of all parameters of the net. */
  readonly weights: readonly Tensor[];
  /** New momentum buffers of the trained ones. */
  readonly buffers: readonly Tensor[];
}

/** Factors on the learning rate that occur in the net; the step takes one rate for each, in this order. */
export const rateFactors = (net: Net): number[] => [
  ...new Set(trainedOf(net).map(({ rateFactor }) => rateFactor)),
];

/** (weights…, buffers…, pictures, labels, shares, rates…) -> (losses, logits, weights…, buffers…); see `batchGradients` for the batch. */
export function trainingStep(tf: Core, net: Net, sgd: SgdParams) {
  const gradientsOf = batchGradients(tf, net);
  const factors = rateFactors(net);
  const count = net.parameters.length;
  const trained = trainedOf(net).length;
  return (inputs: Tensor[]): Tensor[] => {
    const weights = inputs.slice(0, count);
    const buffers = inputs.slice(count, count + trained);
    const batch = inputs.slice(count + trained, -factors.length);
    const rates = inputs.slice(-factors.length) as Scalar[];
    const { losses, logits, gradients, statistics } = partsOf(net, gradientsOf([...weights, ...batch]));
    const nextWeights: Tensor[] = [];
    const nextBuffers: Tensor[] = [];
    for (const [i, parameter] of net.parameters.entries()) {
      const j = nextBuffers.length;
      if (parameter.trained) {
        const rate = rates[factors.indexOf(parameter.rateFactor)]!;
        const next = sgdStep(tf, sgd, weights[i]!, buffers[j]!, gradients[j]!, rate);
        nextWeights.push(next.weight);
        nextBuffers.push(next.buffer);
      } else {
        nextWeights.push(statistics[i - j]!);
      }
    }
    return [losses, logits, ...nextWeights, ...nextBuffers];
  };
}

/** Names the parts of a result of `trainingStep`. */
export function steppedOf(net: Net, results: readonly Tensor[]): Stepped {
  const [losses, logits, ...state] = results as [Tensor1D, Tensor2D, ...Tensor[]];
  const count = net.parameters.length;
  return { losses, logits, weights: state.slice(0, count), buffers: state.slice(count) };
}
