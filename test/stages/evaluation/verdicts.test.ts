import { describe, expect, it } from 'vitest';
import { stillRight, takeWorse, untouched } from '../../../stages/evaluation/verdicts.ts';
import { fc } from '../../properties.ts';

/** Scores of one restart for every picture. */
const start = (correct: number[], loss: number[]) => ({
  correct: Uint8Array.from(correct),
  loss: Float32Array.from(loss),
});

describe('restarts', () => {
  it('are judged picture by picture: any that fools, else the highest loss', () => {
    const verdicts = untouched(4);
    takeWorse(verdicts, [0, 1, 2, 3], start([1, 1, 0, 1], [1, 2, 3, 5]));
    expect(stillRight(verdicts, Int32Array.of(0, 1, 2, 3))).toEqual(Int32Array.of(0, 1, 3));
    // Picture 0 is fooled by a smaller loss; 1 rises; 3 falls.
    takeWorse(verdicts, [0, 1, 3], start([0, 1, 1], [0.5, 2.5, 4]));
    expect([...verdicts.correct]).toEqual([0, 1, 0, 1]);
    expect([...verdicts.loss]).toEqual([0.5, 2.5, 3, 5]);
  });

  it('do not touch what is decided', () => {
    const verdicts = untouched(1);
    takeWorse(verdicts, [0], start([0], [3]));
    takeWorse(verdicts, [0], start([1], [9]));
    expect(verdicts).toEqual(start([0], [3]));
  });

  it('leave a picture right only if all of them do', () => {
    const restart = fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 5, maxLength: 5 });
    fc.assert(
      fc.property(fc.array(restart, { minLength: 1, maxLength: 4 }), (restarts) => {
        const verdicts = untouched(5);
        let places: Int32Array = Int32Array.of(0, 1, 2, 3, 4);
        for (const correct of restarts) {
          takeWorse(
            verdicts,
            places,
            start(
              [...places].map((place) => correct[place]!),
              [...places].map(() => 1),
            ),
          );
          places = stillRight(verdicts, places);
        }
        const all = [0, 1, 2, 3, 4].map((place) => Math.min(...restarts.map((correct) => correct[place]!)));
        expect([...verdicts.correct]).toEqual(all);
      }),
    );
  });
});
