/** What an attack made of each picture, and how several starts of it are summed up. */
import type { Scores } from './scores.ts';

/** One place a picture of the set. */
export interface Verdicts {
  /** 1 where the picture is right under the attack. */
  readonly correct: Uint8Array;
  /** Cross-entropy of the adversarial picture that decided. */
  readonly loss: Float32Array;
}

/** Before any attack: nothing is fooled, and every loss is greater. */
export const untouched = (count: number): Verdicts => ({
  correct: new Uint8Array(count).fill(1),
  loss: new Float32Array(count).fill(-Infinity),
});

/**
 * Takes in one start's scores of the pictures at `places`: for a picture still right, an adversarial picture that fools the net
 * decides, else the one of greatest loss. Judged picture by picture: the worst of several whole batches would be weaker.
 */
export function takeWorse(
  verdicts: Verdicts,
  places: ArrayLike<number>,
  { correct, loss }: Pick<Scores, 'correct' | 'loss'>,
): void {
  for (let i = 0; i < places.length; i++) {
    const place = places[i]!;
    if (verdicts.correct[place] === 0) continue;
    if (correct[i] === 0 || loss[i]! > verdicts.loss[place]!) verdicts.loss[place] = loss[i]!;
    verdicts.correct[place] = correct[i]!;
  }
}

/** Of these places, those whose pictures are still right. */
export const stillRight = ({ correct }: Verdicts, places: Int32Array): Int32Array =>
  places.filter((place) => correct[place] === 1);
