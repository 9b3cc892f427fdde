/** Per-example quantities of logits (section 4.8 of the paper's appendix; definitions 3 and 15). */

export interface Scores {
  /** Natural-log cross-entropy. */
  readonly loss: Float32Array;
  /** s_y - max of the other logits: above 0 correct, below 0 wrong, 0 on the boundary. */
  readonly margin: Float32Array;
  /** softmax(logits) at the label: exp(-loss). */
  readonly probability: Float32Array;
  /** 1 where the margin is above 0, else 0: a tie is not correct. */
  readonly correct: Uint8Array;
}

/** @param logits row-major [labels.length, classes]; sums run in double precision */
export function scoresOf(logits: Float32Array, labels: ArrayLike<number>, classes: number): Scores {
  const count = labels.length;
  const scores = {
    loss: new Float32Array(count),
    margin: new Float32Array(count),
    probability: new Float32Array(count),
    correct: new Uint8Array(count),
  };
  for (let i = 0; i < count; i++) {
    const row = logits.subarray(i * classes, (i + 1) * classes);
    const label = labels[i]!;
    let others = -Infinity;
    for (let j = 0; j < classes; j++) if (j !== label) others = Math.max(others, row[j]!);
    const own = row[label]!;
    const greatest = Math.max(own, others);
    let sum = 0;
    for (let j = 0; j < classes; j++) sum += Math.exp(row[j]! - greatest);
    const loss = greatest - own + Math.log(sum);
    scores.loss[i] = loss;
    scores.margin[i] = own - others;
    scores.probability[i] = Math.exp(-loss);
    scores.correct[i] = own > others ? 1 : 0;
  }
  return scores;
}

export interface Summary {
  /** Mean loss. */
  readonly loss: number;
  /** Share of correct examples. */
  readonly accuracy: number;
}

export function summarise({ loss, correct }: Scores): Summary {
  return { loss: mean(loss), accuracy: mean(correct) };
}

export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}

/**
 * The paper's robust accuracy: of the examples that are right without an attack, the share still right under it. The
 * unconditional one, which others publish, is over all examples. Both are 0 where none is right without an attack.
 * @throws if the lists differ in length
 */
export function robustAccuracy(
  cleanCorrect: ArrayLike<number>,
  attackedCorrect: ArrayLike<number>,
): { conditional: number; unconditional: number } {
  if (cleanCorrect.length !== attackedCorrect.length)
    throw new Error('clean and attacked examples differ in number');
  let clean = 0;
  let both = 0;
  for (let i = 0; i < cleanCorrect.length; i++) {
    if (cleanCorrect[i] !== 1) continue;
    clean++;
    if (attackedCorrect[i] === 1) both++;
  }
  return { conditional: clean === 0 ? 0 : both / clean, unconditional: both / cleanCorrect.length };
}
