/** Singular vectors by the one-sided Jacobi method (Hestenes 1958): slower than QR, but small and accurate to the last value. */
import { conjugateTranspose, zeros, type ComplexMatrix } from './complex-matrix.ts';

export interface RightVectors {
  /** Singular values, one a row of `scaled` and `right`, in no order. */
  readonly values: Float64Array;
  /** Row j is (A v_j)^T = sigma_j u_j^T. */
  readonly scaled: ComplexMatrix;
  /** Row j is v_j^T. */
  readonly right: ComplexMatrix;
}

const maxSweeps = 60;

/** Singular values and right vectors of `matrix`: its columns are rotated in pairs until all are orthogonal. */
export function rightSingularVectors(matrix: ComplexMatrix): RightVectors {
  const scaled = transpose(matrix);
  const right = zeros(matrix.cols, matrix.cols);
  for (let j = 0; j < matrix.cols; j++) right.re[j * matrix.cols + j] = 1;
  const square = squareOf(scaled.re, scaled.im, 0, scaled.re.length);
  // The second bound: inner products of smaller numbers have lost their digits to underflow.
  const negligible = Math.max(Number.EPSILON ** 2 * square, 1e-280);
  for (let sweep = 0; rotateAll(scaled, right, negligible); sweep++) {
    if (sweep === maxSweeps) throw new Error('the Jacobi sweeps do not converge');
  }
  const values = Float64Array.from({ length: scaled.rows }, (_, j) => Math.sqrt(squareOfRow(scaled, j)));
  return { values, scaled, right };
}

/** Columns become rows, so that a rotation walks through memory in order. */
function transpose(matrix: ComplexMatrix): ComplexMatrix {
  const result = conjugateTranspose(matrix);
  for (let i = 0; i < result.im.length; i++) result.im[i] = -result.im[i]!;
  return result;
}

/** One sweep over all pairs. Says whether any pair was not yet orthogonal. */
function rotateAll(scaled: ComplexMatrix, right: ComplexMatrix, negligible: number): boolean {
  let rotated = false;
  for (let p = 0; p + 1 < scaled.rows; p++) {
    for (let q = p + 1; q < scaled.rows; q++) {
      const pp = squareOfRow(scaled, p);
      const qq = squareOfRow(scaled, q);
      const { re, im } = innerProduct(scaled, p, q);
      const modulus = Math.hypot(re, im);
      if (modulus <= negligible || modulus <= 4 * Number.EPSILON * Math.sqrt(pp * qq)) continue;
      rotated = true;
      const zeta = (qq - pp) / (2 * modulus);
      const tangent = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.hypot(1, zeta));
      const cosine = 1 / Math.hypot(1, tangent);
      const sine = cosine * tangent;
      const rotation = { cosine, re: (sine * re) / modulus, im: (sine * im) / modulus };
      rotate(scaled, p, q, rotation);
      rotate(right, p, q, rotation);
    }
  }
  return rotated;
}

function squareOfRow({ cols, re, im }: ComplexMatrix, row: number): number {
  return squareOf(re, im, row * cols, (row + 1) * cols);
}

function squareOf(re: Float64Array, im: Float64Array, start: number, end: number): number {
  let square = 0;
  for (let k = start; k < end; k++) square += re[k]! * re[k]! + im[k]! * im[k]!;
  return square;
}

/** Sum of conj(row p) * row q. */
function innerProduct({ cols, re, im }: ComplexMatrix, p: number, q: number): { re: number; im: number } {
  let real = 0;
  let imaginary = 0;
  for (let k = 0, i = p * cols, j = q * cols; k < cols; k++, i++, j++) {
    real += re[i]! * re[j]! + im[i]! * im[j]!;
    imaginary += re[i]! * im[j]! - im[i]! * re[j]!;
  }
  return { re: real, im: imaginary };
}

/** (p, q) becomes (c p - conj(s) q, s p + c q), c the cosine and s = re + i im the sine with its phase. */
function rotate(
  { cols, re, im }: ComplexMatrix,
  p: number,
  q: number,
  { cosine: c, re: sr, im: si }: { cosine: number; re: number; im: number },
): void {
  for (let k = 0, i = p * cols, j = q * cols; k < cols; k++, i++, j++) {
    const pr = re[i]!;
    const pi = im[i]!;
    const qr = re[j]!;
    const qi = im[j]!;
    re[i] = c * pr - (sr * qr + si * qi);
    im[i] = c * pi - (sr * qi - si * qr);
    re[j] = sr * pr - si * pi + c * qr;
    im[j] = sr * pi + si * pr + c * qi;
  }
}
