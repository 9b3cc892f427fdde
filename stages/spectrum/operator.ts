/** Singular values of a convolution: of the linear map it is, and of its reshaped kernel. */
import { liesBelow } from './below.ts';
import { zeros } from './complex-matrix.ts';
import type { Kernel } from './kernel.ts';
import { descending, singularValues } from './singular-values.ts';
import { transfers } from './transfer.ts';

export interface OperatorOptions {
  /** Height and width of the layer's input map. */
  readonly n: number;
  /** Step of the convolution; must divide n. Leave out (1) for the operator without its stride. */
  readonly stride?: number;
}

/**
 * All singular values, largest first, of the circular convolution of an n x n map: those of its transfer matrices
 * together, n^2 min(inputs, outputs) values (Sedghi, Gupta & Long 2019). With stride s they are, for each of the
 * (n/s)^2 output frequencies w, those of the s^2 aliases stacked, (1/s) [A(w + p n/s)]_p, an (s^2 inputs) x outputs matrix.
 * The sum of their squares is (n/s)^2 ||K||_F^2.
 * @throws RangeError where stride does not divide n
 */
export function operatorSingularValues(kernel: Kernel, { n, stride = 1 }: OperatorOptions): Float64Array {
  if (!Number.isInteger(n / stride) || n < 1 || stride < 1) {
    throw new RangeError(
      `the exact form needs a stride that divides the map: stride ${stride}, map ${n} x ${n}`,
    );
  }
  const [, , inputs, outputs] = kernel.shape;
  const each = Math.min(stride * stride * inputs, outputs);
  const all = new Float64Array((n / stride) ** 2 * each);
  let filled = 0;
  for (const { matrix, weight } of transfers(kernel, n, stride)) {
    const values = singularValues(matrix);
    for (let copy = 0; copy < weight; copy++) {
      all.set(values, filled);
      filled += each;
    }
  }
  return descending(all);
}

/** The largest singular value of the operator without its stride, for an n x n map (n = 1 for a matrix): exact, not an estimate. */
export function spectralNorm(kernel: Kernel, n: number): number {
  let norm = 0;
  for (const { matrix } of transfers(kernel, n)) {
    if (liesBelow(matrix, norm)) continue;
    for (const value of singularValues(matrix)) norm = Math.max(norm, value);
  }
  return norm;
}

/** Singular values, largest first, of the kernel reshaped to outputs x (inputs height width): min of the two sizes many. */
export function reshapedSingularValues({
  shape: [height, width, inputs, outputs],
  data,
}: Kernel): Float64Array {
  // A kernel's own layout is the transpose, up to the order of the taps: both have the same singular values.
  const matrix = zeros(height * width * inputs, outputs);
  matrix.re.set(data);
  return descending(singularValues(matrix));
}
