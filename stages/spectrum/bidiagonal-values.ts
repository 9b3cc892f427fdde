/**
 * Singular values of a real bidiagonal matrix by implicit QR sweeps (Golub & Kahan 1965), with the sweep without
 * shift of Demmel & Kahan (1990) where the shift would be lost in rounding or the diagonal holds a zero.
 */
import type { Bidiagonal } from './bidiagonalize.ts';

const maxSweepsPerValue = 60;

/** Rounding units of the largest value below which an element counts as 0. Between equal values one or two may stay for ever. */
const roundings = 4;

/**
 * The singular values, in no order. Absolute error: some rounding units of the largest. Both arrays are overwritten.
 * @param right where vectors are wanted: the identity, n x n; row j becomes the right singular vector of value j.
 *   The values are the same bits with and without.
 */
export function bidiagonalValues(
  { diagonal: d, superdiagonal: e }: Bidiagonal,
  right?: Float64Array,
): Float64Array {
  const negligible = roundings * Number.EPSILON * largest(d, e);
  let high = d.length - 1;
  for (let sweeps = 0; high > 0; sweeps++) {
    if (sweeps > maxSweepsPerValue * d.length)
      throw new Error('the QR sweeps of a bidiagonal matrix do not converge');
    if (Math.abs(e[high - 1]!) <= negligible) {
      high--;
      continue;
    }
    let low = high - 1;
    while (low > 0 && Math.abs(e[low - 1]!) > negligible) low--;
    const shift = smallerOfLastTwo(d[high - 1]!, e[high - 1]!, d[high]!);
    const shiftless = hasZero(d, low, high, negligible) || (shift / d[low]!) ** 2 < Number.EPSILON;
    if (shiftless) sweepWithoutShift(d, e, low, high, right);
    else sweepWithShift(d, e, low, high, shift, right);
  }
  return d.map(Math.abs);
}

function largest(d: Float64Array, e: Float64Array): number {
  let max = 0;
  for (const value of d) max = Math.max(max, Math.abs(value));
  for (const value of e) max = Math.max(max, Math.abs(value));
  return max;
}

function hasZero(d: Float64Array, low: number, high: number, negligible: number): boolean {
  for (let i = low; i <= high; i++) if (Math.abs(d[i]!) <= negligible) return true;
  return false;
}

/** Smaller singular value of [[f, g], [0, h]]: |f h| over the larger one. */
function smallerOfLastTwo(f: number, g: number, h: number): number {
  const larger = (length(f + h, g) + length(f - h, g)) / 2;
  return larger === 0 ? 0 : Math.abs(f * h) / larger;
}

/** Bulge chasing from `low` to `high`: one QR step on B^T B - shift^2, done on B itself. */
function sweepWithShift(
  d: Float64Array,
  e: Float64Array,
  low: number,
  high: number,
  shift: number,
  rows: Float64Array | undefined,
): void {
  let f = (Math.abs(d[low]!) - shift) * (Math.sign(d[low]!) + shift / d[low]!);
  let g = e[low]!;
  for (let i = low; i < high; i++) {
    const right = length(f, g);
    const rc = right === 0 ? 1 : f / right;
    const rs = right === 0 ? 0 : g / right;
    if (rows) rotateRows(rows, d.length, i, rc, rs);
    if (i > low) e[i - 1] = right;
    f = rc * d[i]! + rs * e[i]!;
    e[i] = rc * e[i]! - rs * d[i]!;
    g = rs * d[i + 1]!;
    d[i + 1]! *= rc;
    const left = length(f, g);
    const lc = left === 0 ? 1 : f / left;
    const ls = left === 0 ? 0 : g / left;
    d[i] = left;
    f = lc * e[i]! + ls * d[i + 1]!;
    d[i + 1] = lc * d[i + 1]! - ls * e[i]!;
    if (i + 1 < high) {
      g = ls * e[i + 1]!;
      e[i + 1]! *= lc;
    }
  }
  e[high - 1] = f;
}

/** The same with shift 0, in a form that keeps small values and turns a zero on the diagonal into a zero beside it. */
function sweepWithoutShift(
  d: Float64Array,
  e: Float64Array,
  low: number,
  high: number,
  rows: Float64Array | undefined,
): void {
  let rc = 1;
  let lc = 1;
  let ls = 0;
  for (let i = low; i < high; i++) {
    const f = d[i]! * rc;
    const right = length(f, e[i]!);
    rc = right === 0 ? 1 : f / right;
    const rs = right === 0 ? 0 : e[i]! / right;
    if (rows) rotateRows(rows, d.length, i, rc, rs);
    if (i > low) e[i - 1] = ls * right;
    const g = lc * right;
    const h = d[i + 1]! * rs;
    const left = length(g, h);
    lc = left === 0 ? 1 : g / left;
    ls = left === 0 ? 0 : h / left;
    d[i] = left;
  }
  const last = d[high]! * rc;
  e[high - 1] = last * ls;
  d[high] = last * lc;
}

/** Many times faster than Math.hypot; what underflows is negligible beside entries near 1. */
const length = (x: number, y: number): number => Math.sqrt(x * x + y * y);

/** Rotates rows i and i + 1 of an n-column matrix as the sweep rotates the columns of the bidiagonal one. */
function rotateRows(rows: Float64Array, n: number, i: number, cosine: number, sine: number): void {
  for (let p = i * n, q = p + n, end = q; p < end; p++, q++) {
    const x = rows[p]!;
    const y = rows[q]!;
    rows[p] = cosine * x + sine * y;
    rows[q] = cosine * y - sine * x;
  }
}
