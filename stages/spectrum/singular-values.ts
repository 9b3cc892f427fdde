import { bidiagonalize } from './bidiagonalize.ts';
import { bidiagonalValues } from './bidiagonal-values.ts';
import { conjugateTranspose, type ComplexMatrix } from './complex-matrix.ts';

/** The min(rows, cols) singular values of a complex matrix, in no order. Absolute error: some 1e-15 of the largest. */
export function singularValues(matrix: ComplexMatrix): Float64Array {
  const scale = scaleOf(matrix);
  const tall = matrix.rows < matrix.cols ? conjugateTranspose(matrix) : matrix;
  const values = bidiagonalValues(bidiagonalize(tall, scale));
  return scale === 1 ? values : values.map((value) => value * scale);
}

/** A power of two, by which to divide is exact, near the largest entry. */
export function scaleOf({ re, im }: ComplexMatrix): number {
  let largest = 0;
  for (let i = 0; i < re.length; i++) largest = Math.max(largest, Math.abs(re[i]!), Math.abs(im[i]!));
  return largest === 0 ? 1 : 2 ** Math.max(Math.floor(Math.log2(largest)), -1022);
}

/** Sorts in place, largest first. */
export function descending(values: Float64Array): Float64Array {
  return values.sort().reverse();
}
