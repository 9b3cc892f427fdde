/** Measures a fixed part of the training pictures: clean after every epoch, attacked now and then. */
import type { Tensor } from 'ar-pipe/tf';
import type { Attacker } from '../attacks/attacker.ts';
import { attackedInput, cleanInput } from '../attacks/inputs.ts';
import { fileOrder } from '../data/batches.ts';
import { createClassifier } from '../evaluation/classifier.ts';
import { mean, scoresOf, summarise } from '../evaluation/scores.ts';
import type { EpochRecord } from './history.ts';
import type { Lesson } from './trainer.ts';

type ProbeFacts = Pick<EpochRecord, 'cleanLoss' | 'cleanAccuracy' | 'robustAccuracy'>;

export interface ProbeMeter {
  measure(weights: readonly Tensor[], epochsDone: number): Promise<ProbeFacts>;
  /** Frees what is kept for speed. */
  dispose(): void;
}

export function createProbe(
  { tf, net, classes, plan, pictures, seed }: Lesson,
  attacker: Attacker,
): ProbeMeter {
  const { attackEvery } = plan.probe;
  const places = fileOrder(Math.min(plan.probe.pictures, pictures.count));
  const classifier = createClassifier(tf, net, classes, plan.batch);
  const labels = pictures.labels.subarray(0, places.length);
  // The same starts every time: what changes between epochs is the net.
  const starts = plan.attack.randomStart ? ({ seed, purpose: 'evaluation', round: 0 } as const) : null;

  const measure = async (weights: readonly Tensor[], epochsDone: number): Promise<ProbeFacts> => {
    const clean = await classifier.logits(weights, places, (part) => cleanInput(tf, pictures, part));
    const { loss, accuracy } = summarise(scoresOf(clean, labels, classes));
    const measured = plan.attack.steps > 0 && attackEvery > 0;
    const due = measured && (epochsDone % attackEvery === 0 || epochsDone === plan.epochs);
    const robustAccuracy = due ? await attackedAccuracy(weights) : null;
    return { cleanLoss: loss, cleanAccuracy: accuracy, robustAccuracy };
  };
  return {
    measure,
    dispose: () => {
      classifier.dispose();
    },
  };

  async function attackedAccuracy(weights: readonly Tensor[]): Promise<number> {
    const attacked = await classifier.logits(weights, places, (part) =>
      attackedInput(tf, attacker, weights, pictures, part, starts),
    );
    return mean(scoresOf(attacked, labels, classes).correct);
  }
}
