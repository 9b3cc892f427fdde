import { softmaxCrossEntropy, type Tensor4D } from 'ar-pipe/tf';
import { lossAndGradient } from '../attacks/attack.ts';
import { cleanInput, labelInput } from '../attacks/inputs.ts';
import { fileOrder, inBatches } from '../data/batches.ts';
import { named } from '../nets/parameters.ts';
import type { Subject } from './subject.ts';

/** Share of the first `count` pictures at which no pixel moves the loss: attacks by gradients stay where they start. */
export function zeroGradientShare({ tf, net, weights, set }: Subject, count: number, batch: number): number {
  let zero = 0;
  for (const places of inBatches(fileOrder(count), batch)) {
    const largest = tf.tidy(() => {
      const labels = labelInput(tf, set, places);
      const lossOf = (x: Tensor4D) =>
        softmaxCrossEntropy(labels, net.forward(tf, named(net, [...weights]), x, 'evaluate').logits);
      const { gradient } = lossAndGradient(tf, lossOf, cleanInput(tf, set, places));
      return tf.max(tf.abs(gradient), [1, 2, 3]).dataSync<'float32'>();
    });
    zero += largest.filter((value) => value === 0).length;
  }
  return zero / count;
}
