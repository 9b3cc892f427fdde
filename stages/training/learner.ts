/** A net in training: holds its weights and momentum buffers on the backend and replaces them step by step. */
import { compile, type Compiled, type Core, type Tensor, type Tensor1D, type Tensor4D } from 'ar-pipe/tf';
import type { WeightValues } from '../nets/initialise.ts';
import type { Net } from '../nets/net.ts';
import { toTensors, toValues, trainedOf } from '../nets/parameters.ts';
import type { EpochRecord } from './history.ts';
import type { SgdParams } from './sgd.ts';
import type { TrainingState } from './state.ts';
import { rateFactors, steppedOf, trainingStep } from './step.ts';

/** Of a batch: cross-entropies [batch], logits [batch, classes]. */
interface Scores {
  readonly losses: Float32Array;
  readonly logits: Float32Array;
}

export class Learner {
  readonly #tf: Core;
  readonly #net: Net;
  readonly #step: Compiled<Tensor[], Tensor[]>;
  #weights: Tensor[];
  #buffers: Tensor[];

  constructor(tf: Core, net: Net, sgd: SgdParams, { weights, buffers }: TrainingState) {
    this.#tf = tf;
    this.#net = net;
    this.#step = compile(trainingStep(tf, net, sgd), { name: 'training step' });
    this.#weights = toTensors(tf, net.parameters, weights);
    this.#buffers = toTensors(tf, trainedOf(net), buffers);
  }

  /** In the order of the net's parameters; valid until the next step. */
  get weights(): readonly Tensor[] {
    return this.#weights;
  }

  /**
   * One step on the mean cross-entropy of a batch. What comes back is to be called once: it waits for the device and reads losses
   * [batch] and logits [batch, classes] from before the step.
   */
  step(pictures: Tensor4D, labels: Tensor1D, rate: number): () => Scores {
    const tf = this.#tf;
    const shares = tf.tensor1d(new Float32Array(labels.size).fill(1 / labels.size));
    const rates = rateFactors(this.#net).map((factor) => tf.scalar(rate * factor));
    const state = [...this.#weights, ...this.#buffers];
    const results = this.#step([...state, pictures, labels, shares, ...rates]);
    const { losses, logits, weights, buffers } = steppedOf(this.#net, results);
    this.#weights = [...weights];
    this.#buffers = [...buffers];
    tf.dispose([...state, shares, ...rates]);
    return () => {
      const scores = { losses: losses.dataSync<'float32'>(), logits: logits.dataSync<'float32'>() };
      tf.dispose([losses, logits]);
      return scores;
    };
  }

  async values(): Promise<WeightValues> {
    return toValues(this.#net.parameters, this.#weights);
  }

  /** Puts other values in the place of some weights; momentum stays. */
  replace(values: WeightValues): void {
    this.#weights = this.#weights.map((weight, i) => {
      const parameter = this.#net.parameters[i]!;
      if (!values.has(parameter.name)) return weight;
      weight.dispose();
      return toTensors(this.#tf, [parameter], values)[0]!;
    });
  }

  async state(history: readonly EpochRecord[]): Promise<TrainingState> {
    return {
      history,
      weights: await this.values(),
      buffers: await toValues(trainedOf(this.#net), this.#buffers),
    };
  }

  dispose(): void {
    this.#tf.dispose([...this.#weights, ...this.#buffers]);
    this.#step.dispose();
  }
}
