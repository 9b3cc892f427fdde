/**
 * Householder reduction of a complex matrix to bidiagonal form (Golub & Kahan 1965): the first half of its singular
 * values. 4/3 n^3 complex multiply-adds for an n x n matrix, some ten times fewer than Jacobi's method.
 */
import type { ComplexMatrix } from './complex-matrix.ts';

/** Real upper bidiagonal matrix. */
export interface Bidiagonal {
  /** n values, not negative. */
  readonly diagonal: Float64Array;
  /** n - 1 values right of the diagonal, not negative. */
  readonly superdiagonal: Float64Array;
}

/** Squares of norms below this count as 0. Squares of smaller numbers would lose all digits to underflow. */
export const negligible = 1e-280;

/**
 * Bidiagonal matrix with the singular values of `matrix` (rows >= cols), which is overwritten; its largest entry should be near 1.
 * The reduced matrix is complex, but diagonal unitary factors on both sides turn it into its moduli, so only those are kept.
 * `matrix` keeps the reflectors for `rightVectors`: column k from row k on, and row k right of the diagonal.
 */
export function bidiagonalize(matrix: ComplexMatrix): Bidiagonal {
  const { rows, cols } = matrix;
  if (rows < cols)
    throw new RangeError(`a matrix to bidiagonalize must not be wider than tall: ${rows} x ${cols}`);
  const diagonal = new Float64Array(cols);
  const superdiagonal = new Float64Array(Math.max(cols - 1, 0));
  const work = { re: new Float64Array(cols), im: new Float64Array(cols) };
  for (let k = 0; k < cols; k++) {
    diagonal[k] = reflectColumn(matrix, k, work);
    if (k + 1 < cols) superdiagonal[k] = reflectRow(matrix, k);
  }
  return { diagonal, superdiagonal };
}

/** Turns column k from row k on into a multiple of e_1; what is right of it takes part. Returns the column's norm. */
function reflectColumn(
  matrix: ComplexMatrix,
  k: number,
  work: { re: Float64Array; im: Float64Array },
): number {
  const { rows, cols, re, im } = matrix;
  let square = 0;
  for (let i = k; i < rows; i++) square += re[i * cols + k]! ** 2 + im[i * cols + k]! ** 2;
  if (square < negligible) return 0;
  const norm = Math.sqrt(square);
  const scale = lengthenFirst(re, im, k * cols + k, norm, square);
  work.re.fill(0, k + 1);
  work.im.fill(0, k + 1);
  for (let i = k; i < rows; i++) {
    const row = i * cols;
    const vr = re[row + k]!;
    const vi = im[row + k]!;
    for (let j = k + 1; j < cols; j++) {
      const ar = re[row + j]!;
      const ai = im[row + j]!;
      work.re[j]! += vr * ar + vi * ai;
      work.im[j]! += vr * ai - vi * ar;
    }
  }
  for (let i = k; i < rows; i++) {
    const row = i * cols;
    const vr = scale * re[row + k]!;
    const vi = scale * im[row + k]!;
    for (let j = k + 1; j < cols; j++) {
      const sr = work.re[j]!;
      const si = work.im[j]!;
      re[row + j]! -= vr * sr - vi * si;
      im[row + j]! -= vr * si + vi * sr;
    }
  }
  return norm;
}

/** Turns row k right of the diagonal into a multiple of e_1; the rows below take part. Returns the row's norm. */
function reflectRow(matrix: ComplexMatrix, k: number): number {
  const { rows, cols, re, im } = matrix;
  const top = k * cols;
  let square = 0;
  for (let j = k + 1; j < cols; j++) square += re[top + j]! ** 2 + im[top + j]! ** 2;
  if (square < negligible) return 0;
  const norm = Math.sqrt(square);
  const scale = lengthenFirst(re, im, top + k + 1, norm, square);
  for (let i = k + 1; i < rows; i++) {
    const row = i * cols;
    // The reflector is I - scale w w^H with w the conjugate of row k.
    let sr = 0;
    let si = 0;
    for (let j = k + 1; j < cols; j++) {
      const ar = re[row + j]!;
      const ai = im[row + j]!;
      const wr = re[top + j]!;
      const wi = im[top + j]!;
      sr += ar * wr + ai * wi;
      si += ai * wr - ar * wi;
    }
    sr *= scale;
    si *= scale;
    for (let j = k + 1; j < cols; j++) {
      const wr = re[top + j]!;
      const wi = im[top + j]!;
      re[row + j]! -= sr * wr - si * wi;
      im[row + j]! -= sr * wi + si * wr;
    }
  }
  return norm;
}

/**
 * Makes a vector x into Householder's v = x + e^(i arg x_1) ||x|| e_1 by changing its first element, at `first`:
 * away from zero, so nothing cancels. Returns 2 / ||v||^2.
 */
function lengthenFirst(
  re: Float64Array,
  im: Float64Array,
  first: number,
  norm: number,
  square: number,
): number {
  const ownSquare = re[first]! ** 2 + im[first]! ** 2;
  if (ownSquare < negligible) {
    re[first] = norm;
    im[first] = 0;
    return 1 / square;
  }
  const modulus = Math.sqrt(ownSquare);
  re[first]! *= 1 + norm / modulus;
  im[first]! *= 1 + norm / modulus;
  return 1 / (square + norm * modulus);
}
