import type { ComplexMatrix } from './complex-matrix.ts';

/**
 * Complex matrix, row-major, each real part followed by its imaginary part: the working form of `bidiagonalize`.
 * One array instead of two leaves the processor's registers to the numbers.
 */
export interface Interleaved {
  readonly rows: number;
  readonly cols: number;
  /** Row i starts at 2 i cols. After the last row comes one of zeros, so that rows can be taken in pairs. */
  readonly data: Float64Array;
}

/** A copy of `matrix` over `divisor`. */
export function interleavedOver({ rows, cols, re, im }: ComplexMatrix, divisor: number): Interleaved {
  const data = new Float64Array(2 * (rows + 1) * cols);
  for (let i = 0, p = 0; i < re.length; i++, p += 2) {
    data[p] = re[i]! / divisor;
    data[p + 1] = im[i]! / divisor;
  }
  return { rows, cols, data };
}
