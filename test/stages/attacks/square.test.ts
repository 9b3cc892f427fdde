import { describe, expect, it } from 'vitest';
import { squareShare, stripes, withSquare } from '../../../stages/attacks/square.ts';
import { RandomStream } from '../../../stages/lib/random.ts';
import { fc } from '../../properties.ts';

const space = { height: 6, width: 7, channels: 2, epsilon: 0.1 };
const size = 6 * 7 * 2;
const picture = Float32Array.from({ length: size }, (_, i) => (i % 11) / 10);
const streamOf = (seed: number) => new RandomStream(seed, 'evaluation', [seed]);

describe('the Square attack', () => {
  it('makes ever smaller squares, by the published schedule stretched to its queries', () => {
    expect(
      [0, 10, 11, 51, 201, 501, 1001, 2001, 4001, 6001, 8001].map((i) => 0.8 / squareShare(i, 10_000)),
    ).toEqual([1, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512]);
    expect(squareShare(2, 1000)).toBe(0.8 / 2);
    expect(squareShare(999, 1000)).toBe(0.8 / 512);
  });

  it('starts with columns of one move', () => {
    const start = stripes(picture, space, streamOf(1));
    for (const [i, value] of start.entries()) {
      const above = start[i - 14];
      const move = value - picture[i]!;
      // Where neither is cut by [0, 1].
      if (above === undefined || Math.abs(Math.abs(move) - 0.1) > 1e-6) continue;
      const moveAbove = above - picture[i - 14]!;
      if (Math.abs(Math.abs(moveAbove) - 0.1) < 1e-6) expect(Math.sign(move)).toBe(Math.sign(moveAbove));
    }
    expect(new Set([...start].map((value, i) => Math.sign(value - picture[i]!))).size).toBeGreaterThan(1);
  });

  it('never leaves the ball or [0, 1], and changes one square', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.double({ min: 0.001, max: 0.8, noNaN: true }), (seed, share) => {
        const stream = streamOf(seed);
        const start = stripes(picture, space, stream);
        const next = withSquare(picture, start, share, space, stream);
        for (const [i, value] of next.entries()) {
          expect(Math.abs(value - picture[i]!)).toBeLessThanOrEqual(0.1 + 1e-6);
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(1);
        }
        const changed = [...next.keys()].filter((i) => next[i] !== start[i]).map((i) => Math.floor(i / 2));
        const side = Math.min(Math.max(Math.round(Math.sqrt(share * 42)), 1), 5);
        const columns = changed.map((pixel) => pixel % 7);
        const rows = changed.map((pixel) => Math.floor(pixel / 7));
        if (changed.length === 0) return;
        expect(Math.max(...columns) - Math.min(...columns)).toBeLessThan(side);
        expect(Math.max(...rows) - Math.min(...rows)).toBeLessThan(side);
      }),
    );
  });
});
