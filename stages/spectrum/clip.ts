/** Control of a layer's spectral norm: facts of the paper's section B.4.2 and appendix D.3, after Sedghi et al. (2019). */
import { liesBelow } from './below.ts';
import { conjugateTranspose, zeros, type ComplexMatrix } from './complex-matrix.ts';
import type { Kernel } from './kernel.ts';
import { spectralNorm } from './operator.ts';
import { rightVectorsAbove, type RightVectors } from './right-vectors.ts';
import { phases, transfers } from './transfer.ts';

/**
 * - `clip`: singular values above the level become the level; the kernel is then cut back to its own taps
 * - `scale-down`: the whole kernel is scaled where its norm is above the level
 * - `scale-to`: the whole kernel is always scaled, so that its norm is the level
 */
export const normControls = ['clip', 'scale-down', 'scale-to'] as const;
export type NormControl = (typeof normControls)[number];

/**
 * The kernel under `control` at `level`, for an n x n input map (n = 1 for a matrix); the very same where nothing is to do.
 * @param norm the kernel's spectral norm, where it is known already
 */
export function controlSpectralNorm(
  kernel: Kernel,
  n: number,
  level: number,
  control: NormControl,
  norm: number = spectralNorm(kernel, n),
): Kernel {
  if (!(level > 0)) throw new RangeError(`a spectral norm is controlled to a level above 0, not ${level}`);
  if (norm === 0 || norm === level || (control !== 'scale-to' && norm < level)) return kernel;
  if (control === 'clip') return clipSingularValues(kernel, n, level);
  return { shape: kernel.shape, data: kernel.data.map((value) => (value * level) / norm) };
}

/**
 * Kernel of U min(S, level) V^H, inverse Fourier transform, cut back to the kernel's own taps. The stride is ignored:
 * a strided operator's norm is never larger. Where nothing is above the level, the very same kernel comes back.
 * Before the cut the norm is `level` exactly; **after it the norm may be larger**, and falls towards `level` when repeated.
 * @throws RangeError where the kernel is larger than the map
 */
export function clipSingularValues(kernel: Kernel, n: number, level: number): Kernel {
  const [height, width, inputs, outputs] = kernel.shape;
  if (height > n || width > n)
    throw new RangeError(`a ${height} x ${width} kernel cannot be cut out of a ${n} x ${n} map`);
  const table = phases(n);
  const size = inputs * outputs;
  const data = kernel.data.slice();
  let clipped = false;
  for (const { u, v, weight, matrix } of transfers(kernel, n)) {
    if (liesBelow(matrix, level)) continue;
    const excess = excessOver(matrix, level);
    if (excess === undefined) continue;
    clipped = true;
    for (let a = 0; a < height; a++) {
      for (let b = 0; b < width; b++) {
        const t = (u * a + v * b) % n;
        // Re(excess * exp(+i theta)): the table holds -sin. An opposite frequency adds the conjugate, hence the weight.
        const cos = (weight * table.cos[t]!) / (n * n);
        const sin = (weight * table.sin[t]!) / (n * n);
        const tap = (a * width + b) * size;
        for (let i = 0; i < size; i++) data[tap + i]! -= cos * excess.re[i]! + sin * excess.im[i]!;
      }
    }
  }
  return clipped ? { shape: kernel.shape, data } : kernel;
}

/** A - U min(S, level) V^H = sum over sigma_j > level of (1 - level/sigma_j) A v_j v_j^H; undefined where there is none. */
function excessOver(matrix: ComplexMatrix, level: number): ComplexMatrix | undefined {
  if (matrix.rows < matrix.cols) {
    const excess = excessOver(conjugateTranspose(matrix), level);
    return excess && conjugateTranspose(excess);
  }
  const above = rightVectorsAbove(matrix, level);
  return above && sumOfExcess(matrix, above, level);
}

function sumOfExcess(
  { rows, cols, re, im }: ComplexMatrix,
  { values, right }: RightVectors,
  level: number,
): ComplexMatrix {
  const excess = zeros(rows, cols);
  for (let j = 0; j < values.length; j++) {
    const share = 1 - level / values[j]!;
    const vector = j * cols;
    for (let row = 0; row < rows * cols; row += cols) {
      // A v_j: the row holds its conjugate.
      let ar = 0;
      let ai = 0;
      for (let c = 0; c < cols; c++) {
        const vr = right.re[vector + c]!;
        const vi = right.im[vector + c]!;
        ar += re[row + c]! * vr + im[row + c]! * vi;
        ai += im[row + c]! * vr - re[row + c]! * vi;
      }
      ar *= share;
      ai *= share;
      for (let c = 0; c < cols; c++) {
        const vr = right.re[vector + c]!;
        const vi = right.im[vector + c]!;
        excess.re[row + c]! += ar * vr - ai * vi;
        excess.im[row + c]! += ar * vi + ai * vr;
      }
    }
  }
  return excess;
}
