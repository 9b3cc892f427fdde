import { describe, expect, it } from 'vitest';
import { logitsOf } from '../../../stages/theory/plain-net.ts';
import { cutSegment, identityError, marginFalls } from '../../../stages/theory/segment.ts';
import { goldenJson, haveGolden } from '../golden.ts';
import { matrixOf, randomNet, randomPoint } from './nets.ts';
import { fc } from '../../properties.ts';

const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 5 });
const seed = fc.nat(10_000);

describe('Lemma 3.1', () => {
  it('holds to rounding: the change of the logits is the sum over linear pieces', () => {
    fc.assert(
      fc.property(sizes, seed, (shape, n) => {
        const net = randomNet(shape, n);
        const [from, to] = [randomPoint(shape[0]!, n), randomPoint(shape[0]!, n + 1)];
        const segment = cutSegment(net, from, to);
        expect(identityError(segment)).toBeLessThan(1e-9);
        expect([...segment.end]).toEqual([...logitsOf(net, to)]);
      }),
    );
  });

  it('pieces follow each other, and the net is linear on each', () => {
    fc.assert(
      fc.property(sizes, seed, (shape, n) => {
        const net = randomNet(shape, n);
        const [from, to] = [randomPoint(shape[0]!, n), randomPoint(shape[0]!, n + 1)];
        const at = (t: number) =>
          logitsOf(
            net,
            from.map((value, i) => value + t * (to[i]! - value)),
          );
        const { pieces } = cutSegment(net, from, to);
        expect([pieces[0]!.from, pieces.at(-1)!.to]).toEqual([0, 1]);
        for (const [i, piece] of pieces.entries()) {
          expect(piece.to).toBe(pieces[i + 1]?.from ?? 1);
          const [low, high] = [at(piece.from), at(piece.to)];
          for (const [j, middle] of at((piece.from + piece.to) / 2).entries())
            expect(middle).toBeCloseTo((low[j]! + high[j]!) / 2, 9);
        }
      }),
    );
  });

  it.skipIf(!haveGolden)('cuts where the reference does', () => {
    const { lemma_3_1 } = goldenJson('theory.json') as {
      lemma_3_1: { weights: number[][][] } & Record<
        'x' | 'x_prime' | 'cuts' | 'f_x_minus_f_x_prime',
        number[]
      > &
        Record<'norm_of_difference' | 'sum_of_norms', number>;
    };
    const net = lemma_3_1.weights.map(matrixOf);
    const segment = cutSegment(net, Float64Array.from(lemma_3_1.x_prime), Float64Array.from(lemma_3_1.x));
    const cuts = [0, ...segment.pieces.map(({ to }) => to)];
    expect(cuts).toHaveLength(lemma_3_1.cuts.length);
    for (const [i, cut] of lemma_3_1.cuts.entries()) expect(cuts[i]!).toBeCloseTo(cut, 7);
    for (const [i, change] of lemma_3_1.f_x_minus_f_x_prime.entries())
      expect(segment.end[i]! - segment.start[i]!).toBeCloseTo(change, 9);
    expect(identityError(segment)).toBeLessThan(1e-12);
    const norms = segment.pieces.map(({ from, to, slope }) => (to - from) * Math.hypot(...slope));
    expect(norms.reduce((a, b) => a + b)).toBeCloseTo(lemma_3_1.sum_of_norms, 9);
  });

  it('a segment of no length is one flat piece', () => {
    const net = randomNet([3, 4, 2], 1);
    const x = randomPoint(3, 1);
    const { pieces } = cutSegment(net, x, x);
    expect(pieces).toHaveLength(1);
    expect([...pieces[0]!.slope]).toEqual([0, 0]);
  });
});

describe('Assumption 3.1', () => {
  /** Logits (relu(x), relu(-x) …): the margin of class 0 along x from 1 to the end. */
  const net = [
    matrixOf([[1], [-1]]),
    matrixOf([
      [1, 0],
      [0, 1],
    ]),
  ];
  const along = (from: number, to: number) => cutSegment(net, Float64Array.of(from), Float64Array.of(to));

  it('is about the margin falling all the way', () => {
    expect(marginFalls(along(1, 0.2), 0)).toBe(true);
    expect(marginFalls(along(1, -1), 0)).toBe(true);
    expect(marginFalls(along(0.2, 1), 0)).toBe(false);
    expect(marginFalls(along(1, 1), 0)).toBe(false);
  });

  it('fails where the margin rises on one piece only', () => {
    // For y = 1 the margin falls by 1 as x goes to 1, rises by 2, and falls by 2.
    const bumpy = [
      matrixOf([
        [1, 0],
        [1, -1],
        [1, -2],
      ]),
      matrixOf([
        [-1, 3, -4],
        [0, 0, 0],
      ]),
    ];
    const segment = cutSegment(bumpy, Float64Array.of(0, 1), Float64Array.of(3, 1));
    const margins = [0, ...segment.pieces.map(({ to }) => to)].map((t) => {
      const [a, b] = logitsOf(bumpy, [3 * t, 1]);
      return a! - b!;
    });
    expect(margins.map((margin) => Math.round(margin))).toEqual([0, -1, 1, -1]);
    expect(marginFalls(segment, 0)).toBe(false);
  });

  it('agrees with margins sampled along the segment', () => {
    fc.assert(
      fc.property(seed, (n) => {
        const random = randomNet([2, 6, 6, 3], n);
        const [from, to] = [randomPoint(2, n), randomPoint(2, n + 1)];
        const margins = Array.from({ length: 400 }, (_, i) => {
          const logits = logitsOf(
            random,
            from.map((value, j) => value + (i / 399) * (to[j]! - value)),
          );
          return logits[0]! - Math.max(logits[1]!, logits[2]!);
        });
        const rises = margins.some((margin, i) => i > 0 && margin > margins[i - 1]! + 1e-9);
        if (rises) expect(marginFalls(cutSegment(random, from, to), 0)).toBe(false);
      }),
    );
  });
});
