/** Adversarial training (section 4.11 of the paper's appendix): every step is made on the attacked batch only. */
import type { Core } from 'ar-pipe/tf';
import { createAttacker, type Attacker } from '../attacks/attacker.ts';
import { attackInputs, tensorsOf, type AttackInputs } from '../attacks/inputs.ts';
import { epochOrder, inBatches, labelsOf } from '../data/batches.ts';
import type { PictureSet } from '../data/picture-set.ts';
import { mean, scoresOf } from '../evaluation/scores.ts';
import type { Net } from '../nets/net.ts';
import { refuseNonFinite, refuseNonFiniteWeights } from './diverged.ts';
import type { EpochRecord } from './history.ts';
import { Learner } from './learner.ts';
import type { TrainingPlan } from './plan.ts';
import { createProbe } from './probe.ts';
import { learningRate } from './schedule.ts';
import { controlLayers } from './spectral-control.ts';
import type { TrainingState } from './state.ts';

/** All that a training depends on, apart from the state it starts from. */
export interface Lesson {
  readonly tf: Core;
  readonly net: Net;
  readonly classes: number;
  readonly plan: TrainingPlan;
  readonly pictures: PictureSet;
  readonly seed: number;
}

export interface TrainingHooks {
  /** After every batch: pictures done in all epochs together, and the batch's mean loss. Throwing ends the training. */
  onBatch(done: number, loss: number): Promise<void>;
  /** After every layer whose spectral norm was controlled. Throwing ends the training. */
  onLayer(): Promise<void>;
  /** After every epoch: what to resume from. */
  onEpoch(state: TrainingState): Promise<void>;
}

/**
 * Trains from `state` to the plan's last epoch; stopped after any epoch and resumed, it gives the same bits.
 * @throws where a loss is not finite, naming epoch and batch
 */
export async function train(
  lesson: Lesson,
  state: TrainingState,
  hooks: TrainingHooks,
): Promise<TrainingState> {
  const { tf, net, plan } = lesson;
  const learner = new Learner(tf, net, plan.sgd, state);
  const attacker = createAttacker(tf, net, plan.attack);
  const probe = createProbe(lesson, attacker);
  try {
    for (let epoch = state.history.length; epoch < plan.epochs; epoch++) {
      const training = await runEpoch(lesson, learner, attacker, epoch, hooks);
      const spectral = await controlEpoch(lesson, learner, epoch, hooks);
      const probed = await probe.measure(learner.weights, epoch + 1);
      const record = { epoch: epoch + 1, ...training, ...probed, ...spectral };
      state = await learner.state([...state.history, record]);
      await hooks.onEpoch(state);
    }
  } finally {
    learner.dispose();
    attacker.dispose();
    probe.dispose();
  }
  return state;
}

type TrainingFacts = Pick<EpochRecord, 'learningRate' | 'trainingLoss' | 'trainingAccuracy'>;

async function runEpoch(
  { tf, classes, plan, pictures, seed }: Lesson,
  learner: Learner,
  attacker: Attacker,
  epoch: number,
  hooks: TrainingHooks,
): Promise<TrainingFacts> {
  const batches = inBatches(epochOrder(pictures.count, seed, epoch), plan.batch);
  const losses = new Float32Array(pictures.count);
  const starts = plan.attack.randomStart ? ({ seed, purpose: 'noise', round: epoch } as const) : null;
  const augmentation = plan.augment === null ? null : { how: plan.augment, seed, epoch };
  const inputsOf = (places: Int32Array) => attackInputs(tf, pictures, places, starts, augmentation);
  let rate = 0;
  let correct = 0;
  let done = 0;
  let inputs: AttackInputs | null = inputsOf(batches[0]!);
  try {
    for (const [b, places] of batches.entries()) {
      rate = learningRate(
        plan.schedule,
        plan.learningRate,
        epoch + b / batches.length,
        plan.epochs,
        plan.warmUp,
      );
      const { pictures: clean, labels, noise } = inputs!;
      const attacked = attacker.attack(learner.weights, clean, labels, noise);
      const scores = learner.step(attacked, labels, rate);
      tf.dispose([attacked, ...tensorsOf(inputs!)]);
      // A GPU is still computing: the next batch is prepared before these results are waited for.
      inputs = b + 1 < batches.length ? inputsOf(batches[b + 1]!) : null;
      const before = scores();

      refuseNonFinite(before.losses, epoch, b, batches.length);
      losses.set(before.losses, done);
      for (const right of scoresOf(before.logits, labelsOf(pictures, places), classes).correct)
        correct += right;
      done += places.length;
      await hooks.onBatch(epoch * pictures.count + done, mean(before.losses));
    }
  } finally {
    if (inputs !== null) tf.dispose(tensorsOf(inputs));
  }
  return { learningRate: rate, trainingLoss: mean(losses), trainingAccuracy: correct / pictures.count };
}

/** What is due at the end of an epoch, before anything is measured or saved. */
async function controlEpoch(
  { net, plan: { spectralControl } }: Lesson,
  learner: Learner,
  epoch: number,
  hooks: TrainingHooks,
): Promise<Pick<EpochRecord, 'layersClipped' | 'logSpectralComplexity'>> {
  const weights = await learner.values();
  refuseNonFiniteWeights(weights, epoch);
  if (spectralControl === null) return { layersClipped: null, logSpectralComplexity: null };
  const { changed, ...report } = await controlLayers(net, weights, spectralControl, () => hooks.onLayer());
  learner.replace(changed);
  return report;
}
