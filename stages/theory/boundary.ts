/**
 * Points of a net's decision boundary close to given points: Newton steps on the margin of the predicted class (as DeepFool's,
 * Moosavi-Dezfooli et al. 2016), bisection, and moves along the boundary. What is found is on the boundary, but need not be the
 * closest point of it: distances are upper estimates.
 */

/** Margins s_c - max of the other logits of points, each for a class of its own, and their gradients. Points are rows. */
export interface MarginOracle {
  /** Values a point has. */
  readonly dimension: number;
  margins(points: Float64Array): Float64Array;
  withGradients(points: Float64Array): { readonly margins: Float64Array; readonly gradients: Float64Array };
}

export interface BoundarySearch {
  /** Newton steps from the point; most nets need fewer than 10. */
  readonly steps: number;
  /** Moves along the boundary towards the point. */
  readonly refinements: number;
  /** Bisections of each crossing: the found point lies within 2^-halvings of the way. */
  readonly halvings: number;
  /** Least and greatest value of every coordinate. */
  readonly low: Float64Array;
  readonly high: Float64Array;
}

export interface BoundaryPoints {
  /** Rows just beyond the boundary (margin <= 0); the start where none was found. */
  readonly points: Float64Array;
  /** Euclidean distances to the starts; Infinity where none was found. */
  readonly distances: Float64Array;
}

/** How far a step overshoots a linear margin's zero, so that it crosses. */
const overshoot = 1.02;

/** A shorter step across the boundary could be lost in the rounding of the coordinates (pictures lie in [0, 1]). */
const shortestStep = 1e-9;

/** @param start rows with margins above 0 */
export function nearestBoundary(
  oracle: MarginOracle,
  start: Float64Array,
  search: BoundarySearch,
): BoundaryPoints {
  const found = {
    points: start.slice(),
    distances: new Float64Array(start.length / oracle.dimension).fill(Infinity),
  };
  keepCloser(oracle, start, crossing(oracle, start, search), search, found);
  for (let round = 0; round < search.refinements; round++) {
    keepCloser(oracle, start, footOnBoundary(oracle, start, found.points, search), search, found);
  }
  return found;
}

/** Newton's steps until each margin is 0 or below; rows that have crossed stay. */
function crossing(oracle: MarginOracle, start: Float64Array, search: BoundarySearch): Float64Array {
  let points = start;
  for (let step = 0; step < search.steps; step++) {
    const { margins, gradients } = oracle.withGradients(points);
    if (margins.every((margin) => margin <= 0)) break;
    points = moved(oracle.dimension, points, gradients, search, (row, slope) =>
      margins[row]! <= 0 ? 0 : Math.max(margins[row]!, shortestStep * slope),
    );
  }
  return points;
}

/** The foot of each start's perpendicular on the boundary, linear as it is at `points`. */
function footOnBoundary(
  oracle: MarginOracle,
  start: Float64Array,
  points: Float64Array,
  search: BoundarySearch,
): Float64Array {
  const { dimension } = oracle;
  const { margins, gradients } = oracle.withGradients(points);
  return moved(dimension, start, gradients, search, (row) => {
    let margin = margins[row]!;
    for (let i = row * dimension; i < (row + 1) * dimension; i++)
      margin += gradients[i]! * (start[i]! - points[i]!);
    return margin;
  });
}

/** Points moved against their gradients as far as takes a linear margin of this size and slope to below 0, then into the box. */
function moved(
  dimension: number,
  points: Float64Array,
  gradients: Float64Array,
  { low, high }: BoundarySearch,
  marginOf: (row: number, slope: number) => number,
): Float64Array {
  const result = points.slice();
  for (let row = 0; row * dimension < points.length; row++) {
    const [from, to] = [row * dimension, (row + 1) * dimension];
    let square = 0;
    for (let i = from; i < to; i++) square += gradients[i]! * gradients[i]!;
    const factor = square === 0 ? 0 : (overshoot * marginOf(row, Math.sqrt(square))) / square;
    for (let i = from; i < to; i++) {
      const value = points[i]! - factor * gradients[i]!;
      result[i] = Math.min(Math.max(value, low[i - from]!), high[i - from]!);
    }
  }
  return result;
}

/** Bisects from the starts to those candidates that lie beyond the boundary, and keeps crossings closer than the known ones. */
function keepCloser(
  oracle: MarginOracle,
  start: Float64Array,
  candidates: Float64Array,
  { halvings }: BoundarySearch,
  known: BoundaryPoints,
): void {
  const { dimension } = oracle;
  const crossed = oracle.margins(candidates).map((margin) => (margin <= 0 ? 1 : 0));
  // Shares of the way: the boundary lies between.
  const inside = new Float64Array(crossed.length);
  const beyond = new Float64Array(crossed.length).fill(1);
  const at = (shares: Float64Array): Float64Array =>
    start.map((value, i) => value + shares[Math.floor(i / dimension)]! * (candidates[i]! - value));
  for (let halving = 0; halving < halvings; halving++) {
    const middle = inside.map((share, row) => (share + beyond[row]!) / 2);
    for (const [row, margin] of oracle.margins(at(middle)).entries()) {
      if (margin <= 0) beyond[row] = middle[row]!;
      else inside[row] = middle[row]!;
    }
  }
  const points = at(beyond);
  for (const [row, isCrossed] of crossed.entries()) {
    const [from, to] = [row * dimension, (row + 1) * dimension];
    const distance = distanceOf(points.subarray(from, to), start.subarray(from, to));
    if (isCrossed === 0 || distance >= known.distances[row]!) continue;
    known.distances[row] = distance;
    known.points.set(points.subarray(from, to), from);
  }
}

export function distanceOf(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let square = 0;
  for (let i = 0; i < a.length; i++) square += (a[i]! - b[i]!) ** 2;
  return Math.sqrt(square);
}
