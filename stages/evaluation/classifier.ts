/** A net that scores pictures batch by batch, in evaluate mode. */
import { compile, type Core, type Tensor, type Tensor4D } from 'ar-pipe/tf';
import { inBatches } from '../data/batches.ts';
import type { Net } from '../nets/net.ts';
import { named } from '../nets/parameters.ts';

export interface Classifier {
  /**
   * Logits of the pictures at `places`, row-major [places, classes].
   * @param weights in the order of the net's parameters
   * @param input makes the pictures of one batch; they are disposed here
   * @param onBatch is told how many pictures are done, and waited for; throwing ends the work
   */
  logits(
    weights: readonly Tensor[],
    places: Int32Array,
    input: (places: Int32Array) => Tensor4D,
    onBatch?: (done: number) => Promise<void>,
  ): Promise<Float32Array>;
  /** Frees what is kept for speed. */
  dispose(): void;
}

export function createClassifier(tf: Core, net: Net, classes: number, batch: number): Classifier {
  const forward = compile(
    (inputs: Tensor[]): Tensor[] => {
      const pictures = inputs.at(-1) as Tensor4D;
      return [net.forward(tf, named(net, inputs), pictures, 'evaluate').logits];
    },
    { name: 'evaluation' },
  );
  return {
    dispose: () => {
      forward.dispose();
    },
    async logits(weights, places, input, onBatch) {
      const result = new Float32Array(places.length * classes);
      let done = 0;
      for (const part of inBatches(places, batch)) {
        const pictures = input(part);
        const [logits] = forward([...weights, pictures]) as [Tensor];
        result.set(logits.dataSync<'float32'>(), done * classes);
        tf.dispose([pictures, logits]);
        done += part.length;
        await onBatch?.(done);
      }
      return result;
    },
  };
}
