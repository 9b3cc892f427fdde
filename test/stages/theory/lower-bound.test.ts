import { describe, expect, it } from 'vitest';
import { lowerBoundOf } from '../../../stages/theory/lower-bound.ts';
import { cutSegment } from '../../../stages/theory/segment.ts';
import { matrixOf, randomNet, randomPoint } from './nets.ts';
import { fc } from '../../properties.ts';

const seed = fc.nat(10_000);
const piecesOf = (net: ReturnType<typeof randomNet>, n: number) =>
  cutSegment(net, randomPoint(net[0]!.cols, n), randomPoint(net[0]!.cols, n + 1)).pieces;

describe('the lower bound by smallest singular values', () => {
  it('always holds for a single wide or square layer', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 0, max: 4 }), seed, (rows, more, n) => {
        const linear = randomNet([rows + more, rows], n);
        const { check } = lowerBoundOf(linear);
        for (const piece of piecesOf(linear, n))
          expect(check(piece)).toEqual({ direction: true, everyDirection: true });
        const hidden = randomNet([rows + more, rows, 2], n);
        const { firstLayer } = lowerBoundOf(hidden);
        for (const piece of piecesOf(hidden, n)) expect(firstLayer(piece)).toBe(true);
      }),
    );
  });

  it('fails now and then for products, and every direction is the stricter question', () => {
    const verdicts = Array.from({ length: 200 }, (_, n) => {
      // With one hidden layer it would hold: an injective map after a surjective one.
      const net = randomNet([4, 4, 4, 4], n);
      const bound = lowerBoundOf(net);
      return piecesOf(net, n).map(bound.check);
    }).flat();
    expect(verdicts.some(({ everyDirection }) => !everyDirection)).toBe(true);
    for (const { direction, everyDirection } of verdicts) if (everyDirection) expect(direction).toBe(true);
  });

  it('is judged orthogonal to the null space of the region', () => {
    // The second input never counts: a direction along it changes nothing, and breaks nothing.
    const net = [matrixOf([[2, 0]])];
    const { check, smallest, largest } = lowerBoundOf(net);
    expect([smallest, largest]).toEqual([2, 2]);
    const [piece] = cutSegment(net, Float64Array.of(0, 0), Float64Array.of(0, 5)).pieces;
    expect(check(piece!)).toEqual({ direction: true, everyDirection: true });
  });

  it('does not speak of a tall first layer', () => {
    const net = randomNet([2, 5, 2], 1);
    expect(lowerBoundOf(net).firstLayer(piecesOf(net, 1)[0]!)).toBeNull();
  });

  it('counts a region without active units as holding: there is no direction left', () => {
    const net = [matrixOf([[1], [1]]), matrixOf([[1, 1]])];
    const [piece] = cutSegment(net, Float64Array.of(-2), Float64Array.of(-1)).pieces;
    expect(lowerBoundOf(net).check(piece!)).toEqual({ direction: true, everyDirection: true });
  });
});
