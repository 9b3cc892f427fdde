import { describe, expect, it } from 'vitest';
import { binEdges, countPerBin, rangeOf } from '../../../stages/histogram/bins.ts';
import { fc } from '../../properties.ts';

describe('bins', () => {
  it('hold their lower edge, the last one both', () => {
    expect(countPerBin([0, 0.5, 1, 1.5, 2], binEdges(0, 2, 2))).toEqual([2, 3]);
  });

  it('share out every value once, between the edges themselves', () => {
    const value = fc.double({ min: -5, max: 5, noNaN: true });
    fc.assert(
      fc.property(fc.array(value, { minLength: 2 }), fc.integer({ min: 1, max: 60 }), (values, count) => {
        const edges = binEdges(...rangeOf([values]), count);
        const counts = countPerBin(values, edges);
        expect(counts.reduce((a, b) => a + b, 0)).toBe(values.length);
        counts.forEach((found, i) => {
          const last = i === count - 1;
          const inside = values.filter(
            (v) => v >= edges[i]! && (v < edges[i + 1]! || (last && v <= edges[count]!)),
          );
          expect(found).toBe(inside.length);
        });
      }),
    );
  });

  it('decide by their edges, also where the quotient rounds across one', () => {
    for (let count = 1; count <= 200; count++) {
      const edges = binEdges(-0.1, 0.7, count);
      const wanted = new Array<number>(count).fill(1);
      wanted[count - 1]!++;
      expect(countPerBin(edges, edges)).toEqual(wanted);
    }
  });

  it('refuse what they cannot hold', () => {
    expect(() => countPerBin([0, NaN], binEdges(0, 1, 2))).toThrow('value 1 is NaN');
    expect(() => countPerBin([2], binEdges(0, 1, 2))).toThrow('value 0 is 2, outside 0 to 1');
    expect(() => binEdges(1, 1, 3)).toThrow('1 to 1');
    expect(() => rangeOf([[], []])).toThrow('no values');
  });

  it('have a width also for a single value', () => {
    expect(rangeOf([[3], [3]])).toEqual([2.5, 3.5]);
  });
});
