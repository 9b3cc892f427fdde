/**
 * The lower bound that the paper draws from Lemma 3.1 (equation 14): on a linear region q and for directions d orthogonal to its null
 * space, ||W_L^q … W_1^q d|| >= sigma_min(W_L) … sigma_min(W_1) ||d||. True for one wide or square layer, where deleting rows only
 * raises the least singular value (Cauchy's interlacing); not in general for products or tall layers. So it is counted, not assumed.
 */
import { zeros } from '../spectrum/complex-matrix.ts';
import { rightVectorsAbove } from '../spectrum/right-vectors.ts';
import { singularValues } from '../spectrum/singular-values.ts';
import type { Matrix, Pattern, PlainNet } from './plain-net.ts';
import type { Piece } from './segment.ts';

export interface RegionVerdict {
  /** For the piece's own direction, less its part in the region's null space. */
  readonly direction: boolean;
  /** For the worst direction orthogonal to the null space. */
  readonly everyDirection: boolean;
}

export interface LowerBound {
  /** sigma_min(W_1) … sigma_min(W_L). */
  readonly smallest: number;
  /** sigma_max(W_1) … sigma_max(W_L). */
  readonly largest: number;
  check(this: void, piece: Piece): RegionVerdict;
  /** Whether the first layer alone, its inactive rows deleted, keeps at least its sigma_min; null for a tall one. */
  firstLayer(this: void, piece: Piece): boolean | null;
}

/** Relative error allowed for: singular values come from their squares. */
const rounding = 1e-6;
/** Eigenvalues below this share of their sum are those of the null space. */
const nullShare = 1e-12;

export function lowerBoundOf(net: PlainNet): LowerBound {
  const [first] = net as [Matrix, ...Matrix[]];
  const gram = gramOf(first);
  const spectra = net.map(spectrumOf);
  const leastOfFirst = Math.min(...spectra[0]!);
  const smallest = spectra.reduce((least, values) => least * Math.min(...values), 1);
  return {
    smallest,
    largest: spectra.reduce((most, values) => most * Math.max(...values), 1),
    check: ({ pattern, slope }) => {
      const map = afterFirst(net, pattern);
      const square = congruence(map, gram);
      const { values, right } = eigenvectors(square);
      // Of J = U S V^T: J d = slope, so |V^T d|^2 = sum of (u . slope)^2 / s^2 over the non-zero s.
      let projected = 0;
      let least = Infinity;
      for (const [j, value] of values.entries()) {
        let along = 0;
        for (let i = 0; i < slope.length; i++) along += right[j * slope.length + i]! * slope[i]!;
        projected += (along * along) / value;
        least = Math.min(least, value);
      }
      const allowed = smallest * (1 - rounding);
      return {
        direction: Math.hypot(...slope) >= allowed * Math.sqrt(projected),
        everyDirection: Math.sqrt(least) >= allowed,
      };
    },
    firstLayer: ({ pattern }) => {
      const [active] = pattern;
      if (first.rows > first.cols || active === undefined) return null;
      const rows = [...active.keys()].filter((row) => active[row] === 1);
      const sub = zeros(rows.length, rows.length);
      for (const [i, a] of rows.entries())
        for (const [j, b] of rows.entries()) sub.re[i * rows.length + j] = gram.data[a * gram.cols + b]!;
      const least = Math.min(...singularValues(sub));
      return Math.sqrt(least) >= leastOfFirst * (1 - rounding);
    },
  };
}

function spectrumOf({ rows, cols, data }: Matrix): Float64Array {
  const matrix = zeros(rows, cols);
  matrix.re.set(data);
  return singularValues(matrix);
}

/** W W^T. */
function gramOf({ rows, cols, data }: Matrix): Matrix {
  const result = new Float64Array(rows * rows);
  for (let a = 0; a < rows; a++)
    for (let b = 0; b < rows; b++)
      for (let c = 0; c < cols; c++) result[a * rows + b]! += data[a * cols + c]! * data[b * cols + c]!;
  return { rows, cols: rows, data: result };
}

/** W_L D_{L-1} … W_2 D_1, a map from the first layer's pre-activations to the logits; the identity for a single layer. */
function afterFirst(net: PlainNet, pattern: Pattern): Matrix {
  let map: Matrix | undefined;
  for (const [i, layer] of net.slice(1).entries()) {
    const { rows, cols, data } = layer;
    const active = pattern[i]!;
    const maskedLayer = { rows, cols, data: data.map((value, at) => (active[at % cols] === 1 ? value : 0)) };
    map = map === undefined ? maskedLayer : product(maskedLayer, map);
  }
  return map ?? identity(net[0]!.rows);
}

function identity(size: number): Matrix {
  const data = new Float64Array(size * size);
  for (let i = 0; i < size; i++) data[i * size + i] = 1;
  return { rows: size, cols: size, data };
}

function product(a: Matrix, b: Matrix): Matrix {
  const data = new Float64Array(a.rows * b.cols);
  for (let i = 0; i < a.rows; i++)
    for (let k = 0; k < a.cols; k++) {
      const factor = a.data[i * a.cols + k]!;
      if (factor === 0) continue;
      for (let j = 0; j < b.cols; j++) data[i * b.cols + j]! += factor * b.data[k * b.cols + j]!;
    }
  return { rows: a.rows, cols: b.cols, data };
}

/** A G A^T. */
function congruence(a: Matrix, gram: Matrix): Matrix {
  const left = product(a, gram);
  const data = new Float64Array(a.rows * a.rows);
  for (let i = 0; i < a.rows; i++)
    for (let j = 0; j < a.rows; j++)
      for (let k = 0; k < a.cols; k++)
        data[i * a.rows + j]! += left.data[i * left.cols + k]! * a.data[j * a.cols + k]!;
  return { rows: a.rows, cols: a.rows, data };
}

/** Non-zero eigenvalues of a positive semidefinite matrix, with their vectors as rows. */
function eigenvectors({ rows, data }: Matrix): { values: Float64Array; right: Float64Array } {
  const matrix = zeros(rows, rows);
  matrix.re.set(data);
  let trace = 0;
  for (let i = 0; i < rows; i++) trace += data[i * rows + i]!;
  const found = rightVectorsAbove(matrix, nullShare * trace);
  return found === undefined
    ? { values: new Float64Array(), right: new Float64Array() }
    : { values: found.values, right: found.right.re };
}
