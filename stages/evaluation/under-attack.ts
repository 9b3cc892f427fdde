/** A finished net under attack: every picture of a set, with restarts. */
import { attackedInput } from '../attacks/inputs.ts';
import type { AttackPlan } from '../attacks/params.ts';
import { fileOrder, labelsOf } from '../data/batches.ts';
import { scoresOf } from './scores.ts';
import type { Subject } from './subject.ts';
import { stillRight, takeWorse, untouched, type Verdicts } from './verdicts.ts';

export interface RepeatedPlan extends AttackPlan {
  /** How often it starts anew, at least 1. */
  readonly restarts: number;
}

/**
 * Attacks the first `count` pictures. All are attacked once, also those wrong without attack: losses are of all pictures. Later
 * restarts attack the pictures still right.
 * @param seed of the random starts, which belong to example and restart: attacks share them
 * @param onBatch is told how many attacks on a picture are done, of count * restarts, and waited for; throwing ends the work
 */
export async function underAttack(
  { tf, weights, set, classes, attackers, classifier }: Subject,
  seed: number,
  { restarts, ...plan }: RepeatedPlan,
  count: number,
  onBatch?: (done: number) => Promise<void>,
): Promise<Verdicts> {
  const attack = attackers.of(plan);
  const verdicts = untouched(count);
  let places = fileOrder(count);
  for (let round = 0; round < restarts && places.length > 0; round++) {
    const starts = plan.randomStart ? ({ seed, purpose: 'evaluation', round } as const) : null;
    const spared = count - places.length;
    const logits = await classifier.logits(
      weights,
      places,
      (part) => attackedInput(tf, attack, weights, set, part, starts),
      (done) => onBatch?.(round * count + spared + done) ?? Promise.resolve(),
    );
    takeWorse(verdicts, places, scoresOf(logits, labelsOf(set, places), classes));
    places = stillRight(verdicts, places);
  }
  return verdicts;
}
