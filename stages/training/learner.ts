/** A net in training: holds its weights and momentum buffers on the backend and replaces them step by step. */
import type { Core, Tensor, Tensor2D, Tensor4D } from 'ar-pipe/tf';
import { eager, type TensorFunction } from '../lib/graph.ts';
import type { Net } from '../nets/net.ts';
import { toTensors, toValues, trainedOf } from '../nets/parameters.ts';
import type { EpochRecord } from './history.ts';
import type { SgdParams } from './sgd.ts';
import type { TrainingState } from './state.ts';
import { trainingStep } from './update.ts';

export class Learner {
  readonly #tf: Core;
  readonly #net: Net;
  readonly #step: TensorFunction;
  #weights: Tensor[];
  #buffers: Tensor[];

  constructor(tf: Core, net: Net, sgd: SgdParams, { weights, buffers }: TrainingState) {
    this.#tf = tf;
    this.#net = net;
    this.#step = eager(tf, trainingStep(tf, net, sgd));
    this.#weights = toTensors(tf, net.parameters, weights);
    this.#buffers = toTensors(tf, trainedOf(net), buffers);
  }

  /** In the order of the net's parameters; valid until the next step. */
  get weights(): readonly Tensor[] {
    return this.#weights;
  }

  /** One step on a batch; answers losses [batch] and logits [batch, classes] from before it. */
  step(pictures: Tensor4D, labels: Tensor2D, rate: number): { losses: Float32Array; logits: Float32Array } {
    const tf = this.#tf;
    const held = [...this.#weights, ...this.#buffers];
    const rateTensor = tf.scalar(rate);
    const results = this.#step([...held, pictures, labels, rateTensor]);
    tf.dispose([...held, rateTensor]);
    const [losses, logits] = results.splice(held.length) as [Tensor, Tensor];
    this.#buffers = results.splice(this.#weights.length);
    this.#weights = results;
    const values = { losses: losses.dataSync<'float32'>(), logits: logits.dataSync<'float32'>() };
    tf.dispose([losses, logits]);
    return values;
  }

  async state(history: readonly EpochRecord[]): Promise<TrainingState> {
    return {
      history,
      weights: await toValues(this.#net.parameters, this.#weights),
      buffers: await toValues(trainedOf(this.#net), this.#buffers),
    };
  }

  dispose(): void {
    this.#tf.dispose([...this.#weights, ...this.#buffers]);
  }
}
