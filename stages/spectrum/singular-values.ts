import { bidiagonalize } from './bidiagonalize.ts';
import { bidiagonalValues } from './bidiagonal-values.ts';
import { conjugateTranspose, type ComplexMatrix } from './complex-matrix.ts';

/**
 * The min(rows, cols) singular values of a complex matrix, in no order. `matrix` is overwritten.
 * Absolute error: some 1e-15 of the largest.
 */
export function singularValues(matrix: ComplexMatrix): Float64Array {
  const scale = scaleNearOne(matrix);
  const values = bidiagonalValues(
    bidiagonalize(matrix.rows < matrix.cols ? conjugateTranspose(matrix) : matrix),
  );
  return scale === 1 ? values : values.map((value) => value * scale);
}

/** Divides by a power of two, which is exact, so that the largest entry lies near 1. Returns the divisor. */
export function scaleNearOne({ re, im }: ComplexMatrix): number {
  let largest = 0;
  for (let i = 0; i < re.length; i++) largest = Math.max(largest, Math.abs(re[i]!), Math.abs(im[i]!));
  if (largest === 0) return 1;
  const scale = 2 ** Math.max(Math.floor(Math.log2(largest)), -1022);
  if (scale === 1) return 1;
  for (let i = 0; i < re.length; i++) {
    re[i]! /= scale;
    im[i]! /= scale;
  }
  return scale;
}

/** Sorts in place, largest first. */
export function descending(values: Float64Array): Float64Array {
  return values.sort().reverse();
}
