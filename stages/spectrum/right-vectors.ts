/** The singular triplets of a complex matrix whose values lie above a level: what a clip of singular values needs. */
import { bidiagonalValues } from './bidiagonal-values.ts';
import { bidiagonalize, negligible } from './bidiagonalize.ts';
import { zeros, type ComplexMatrix } from './complex-matrix.ts';
import type { Interleaved } from './interleaved.ts';
import { scaleOf } from './singular-values.ts';

export interface RightVectors {
  /** Singular values above the level, in no order. */
  readonly values: Float64Array;
  /** Row j is the vector v_j^H of value j. */
  readonly right: ComplexMatrix;
}

/** Values above `level` with their right vectors; undefined where there is none. `matrix` has rows >= cols. */
export function rightVectorsAbove(matrix: ComplexMatrix, level: number): RightVectors | undefined {
  const n = matrix.cols;
  const scale = scaleOf(matrix);
  const { diagonal, superdiagonal, reflectors } = bidiagonalize(matrix, scale);
  // Without vectors the sweeps cost next to nothing, and most matrices lie below the level.
  const all = bidiagonalValues({ diagonal: diagonal.slice(), superdiagonal: superdiagonal.slice() });
  const above = [...all.keys()].filter((j) => all[j]! * scale > level);
  if (above.length === 0) return undefined;

  const rotated = new Float64Array(n * n);
  for (let j = 0; j < n; j++) rotated[j * n + j] = 1;
  bidiagonalValues({ diagonal, superdiagonal }, rotated);
  const right = zeros(above.length, n);
  const phases = rightPhases(reflectors);
  above.forEach((j, row) => {
    for (let c = 0; c < n; c++) {
      right.re[row * n + c] = phases.re[c]! * rotated[j * n + c]!;
      right.im[row * n + c] = phases.im[c]! * rotated[j * n + c]!;
    }
  });
  reflectBack(reflectors, right);
  return { values: Float64Array.from(above, (j) => all[j]! * scale), right };
}

/** Diagonal of D_r in C = D_l B D_r, where C is the complex bidiagonal matrix and B that of its moduli. */
function rightPhases({ cols, data }: Interleaved): { re: Float64Array; im: Float64Array } {
  const phases = { re: new Float64Array(cols), im: new Float64Array(cols) };
  phases.re[0] = 1;
  // An entry of C has the phase of minus the first element of its reflector: rho' = rho + arg(beside) - arg(diagonal).
  for (let k = 0; k + 1 < cols; k++) {
    const own = 2 * (k * cols + k);
    const [dr, di, er, ei] = [data[own]!, data[own + 1]!, data[own + 2]!, data[own + 3]!];
    const [qr, qi] = [er * dr + ei * di, ei * dr - er * di];
    const modulus = Math.hypot(qr, qi);
    // Where an entry is 0 any phase will do.
    const [pr, pi] = modulus < negligible ? [1, 0] : [qr / modulus, qi / modulus];
    phases.re[k + 1] = phases.re[k]! * pr - phases.im[k]! * pi;
    phases.im[k + 1] = phases.re[k]! * pi + phases.im[k]! * pr;
  }
  return phases;
}

/** Multiplies the rows by the reflectors of `bidiagonalize` from the right, the last first: v^H becomes v^H H_n … H_1. */
function reflectBack({ cols, data }: Interleaved, { rows, re: vr, im: vi }: ComplexMatrix): void {
  for (let k = cols - 2; k >= 0; k--) {
    const top = 2 * (k * cols + k + 1);
    const end = 2 * (k + 1) * cols;
    let square = 0;
    for (let w = top; w < end; w++) square += data[w]! * data[w]!;
    // Where there was nothing to reflect, the row was left as it was.
    if (square < negligible) continue;
    const scale = 2 / square;
    for (let row = 0; row < rows; row++) {
      const start = row * cols + k + 1;
      // The reflector is I - scale w w^H with w the conjugate of row k.
      let sr = 0;
      let si = 0;
      for (let p = start, w = top; w < end; p++, w += 2) {
        const wr = data[w]!;
        const wi = data[w + 1]!;
        const xr = vr[p]!;
        const xi = vi[p]!;
        sr += xr * wr + xi * wi;
        si += xi * wr - xr * wi;
      }
      sr *= scale;
      si *= scale;
      for (let p = start, w = top; w < end; p++, w += 2) {
        const wr = data[w]!;
        const wi = data[w + 1]!;
        vr[p]! -= sr * wr - si * wi;
        vi[p]! -= sr * wi + si * wr;
      }
    }
  }
}
