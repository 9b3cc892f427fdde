import { describe, expect, it } from 'vitest';
import { distanceOf, nearestBoundary, type MarginOracle } from '../../../stages/theory/boundary.ts';
import { fc } from '../../properties.ts';

/** A margin that is a function of one point, and its gradient. */
function oracleOf(
  dimension: number,
  margin: (point: Float64Array) => number,
  gradient: (point: Float64Array) => number[],
): MarginOracle {
  const rows = (points: Float64Array) =>
    Array.from({ length: points.length / dimension }, (_, row) =>
      points.subarray(row * dimension, (row + 1) * dimension),
    );
  const margins = (points: Float64Array) => Float64Array.from(rows(points), margin);
  return {
    dimension,
    margins,
    withGradients: (points) => ({
      margins: margins(points),
      gradients: Float64Array.from(rows(points).flatMap(gradient)),
    }),
  };
}
const search = (dimension: number, size = 10) => ({
  steps: 50,
  refinements: 10,
  halvings: 40,
  low: new Float64Array(dimension).fill(-size),
  high: new Float64Array(dimension).fill(size),
});

describe('the nearest boundary', () => {
  it('of a linear margin is at margin / ||w||', () => {
    const coordinate = fc.double({ min: -2, max: 2, noNaN: true });
    const three = fc.tuple(coordinate, coordinate, coordinate);
    fc.assert(
      fc.property(three, three, three, (w, x, y) => {
        const norm = Math.hypot(...w);
        fc.pre(norm > 0.1);
        const margin = (p: ArrayLike<number>) => w.reduce((sum, weight, i) => sum + weight * p[i]!, 8);
        const oracle = oracleOf(3, margin, () => w);
        const start = Float64Array.of(...x, ...y);
        fc.pre([x, y].every((p) => margin(p) > 0 && margin(p) / norm < 7));
        const { points, distances } = nearestBoundary(oracle, start, search(3));
        expect(distances[0]!).toBeCloseTo(margin(x) / norm, 6);
        expect(distances[1]!).toBeCloseTo(margin(y) / norm, 6);
        expect(margin(points)).toBeLessThanOrEqual(0);
      }),
    );
  });

  it('is found from a point that lies on it but for rounding', () => {
    const w = [-2, 0, 2];
    const margin = (p: ArrayLike<number>) => w.reduce((sum, weight, i) => sum + weight * p[i]!, 8);
    const start = Float64Array.of(1.9999999999999976, 0, -1.999999999999998);
    expect(margin(start)).toBeGreaterThan(0);
    const oracle = oracleOf(3, margin, () => w);
    expect(nearestBoundary(oracle, start, search(3)).distances[0]).toBeLessThan(2e-9);
  });

  it('of a curved margin is found by moving along it', () => {
    // Inside an ellipse with half axes 2 and 1: from (0.5, 0.25) the nearest point is not where the gradient points.
    const margin = (p: Float64Array) => 1 - p[0]! ** 2 / 4 - p[1]! ** 2;
    const oracle = oracleOf(2, margin, (p) => [-p[0]! / 2, -2 * p[1]!]);
    const start = Float64Array.of(0.5, 0.25);
    let least = Infinity;
    for (let t = 0; t < 6.2832; t += 1e-4)
      least = Math.min(least, distanceOf([2 * Math.cos(t), Math.sin(t)], start));
    const { distances } = nearestBoundary(oracle, start, search(2));
    expect(distances[0]!).toBeGreaterThanOrEqual(least - 1e-6);
    expect(distances[0]! / least).toBeLessThan(1.0001);
    const unrefined = nearestBoundary(oracle, start, { ...search(2), refinements: 0 });
    expect(unrefined.distances[0]!).toBeGreaterThan(distances[0]!);
  });

  it('is not found where the box, or a flat margin, does not let it', () => {
    const far = oracleOf(
      1,
      (p) => 5 - p[0]!,
      () => [-1],
    );
    const flat = oracleOf(
      1,
      () => 1,
      () => [0],
    );
    const start = Float64Array.of(0);
    expect(nearestBoundary(far, start, search(1, 4)).distances[0]).toBe(Infinity);
    expect(nearestBoundary(far, start, search(1, 6)).distances[0]).toBeCloseTo(5, 6);
    expect(nearestBoundary(flat, start, search(1))).toEqual({
      points: start,
      distances: Float64Array.of(Infinity),
    });
  });
});
