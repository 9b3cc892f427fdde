/** What step k of a bidiagonalization does to the rows below row k, where all of its time goes. */

/** Both reflectors of step k. */
export interface Reflection {
  readonly k: number;
  /** s of the column's I - s v v^H; v is column k from row k on. 0: nothing to reflect. */
  readonly columnScale: number;
  /** v^H A in each column right of k, before the step. */
  readonly products: Float64Array;
  /** t of the row's I - t w w^H; w^H is row k right of the diagonal. 0: nothing to reflect. */
  readonly rowScale: number;
  /** The product of v^H A with w. */
  readonly cornerRe: number;
  readonly cornerIm: number;
}

/**
 * Rows i and i + 1 of (I - s v v^H) A (I - t w w^H) = A - s v (v^H A) - z w^H with z = t (A w - s v (v^H A w)): z first, then the
 * rows are changed once for both reflectors, and while their new elements are at hand, these enter what the next
 * column x needs: x^H A is added to `next`. Two rows at a time share the loads of v^H A, w and `next`.
 * Returns what the rows add to ||x||^2.
 */
export function reflectTwoRows(
  a: Float64Array,
  width: number,
  i: number,
  { k, columnScale, products, rowScale, cornerRe, cornerIm }: Reflection,
  next: Float64Array,
): number {
  // `| 0`: where V8 cannot see that an index is a small integer it counts in floating point, a third of the time here.
  const column = (2 * k + 2) | 0;
  const top = (k * width + column) | 0;
  const end = ((k + 1) * width) | 0;
  const first = (i * width + column) | 0;
  const second = (first + width) | 0;

  let z1r = 0;
  let z1i = 0;
  let z2r = 0;
  let z2i = 0;
  for (let w = top, p = first, q = second; w < end; w += 2, p += 2, q += 2) {
    const wr = a[w]!;
    const wi = a[w + 1]!;
    const ar = a[p]!;
    const ai = a[p + 1]!;
    const br = a[q]!;
    const bi = a[q + 1]!;
    z1r += ar * wr + ai * wi;
    z1i += ai * wr - ar * wi;
    z2r += br * wr + bi * wi;
    z2i += bi * wr - br * wi;
  }
  const v1r = columnScale * a[first - 2]!;
  const v1i = columnScale * a[first - 1]!;
  const v2r = columnScale * a[second - 2]!;
  const v2i = columnScale * a[second - 1]!;
  z1r = rowScale * (z1r - v1r * cornerRe + v1i * cornerIm);
  z1i = rowScale * (z1i - v1r * cornerIm - v1i * cornerRe);
  z2r = rowScale * (z2r - v2r * cornerRe + v2i * cornerIm);
  z2i = rowScale * (z2i - v2r * cornerIm - v2i * cornerRe);

  // The next column's own elements first: they are factors of all the others.
  const y1r = products[column]!;
  const y1i = products[column + 1]!;
  const w1r = a[top]!;
  const w1i = a[top + 1]!;
  const x1r = a[first]! - (v1r * y1r - v1i * y1i) - (z1r * w1r - z1i * w1i);
  const x1i = a[first + 1]! - (v1r * y1i + v1i * y1r) - (z1r * w1i + z1i * w1r);
  const x2r = a[second]! - (v2r * y1r - v2i * y1i) - (z2r * w1r - z2i * w1i);
  const x2i = a[second + 1]! - (v2r * y1i + v2i * y1r) - (z2r * w1i + z2i * w1r);
  for (let j = column, w = top, p = first, q = second; j < width; j += 2, w += 2, p += 2, q += 2) {
    const yr = products[j]!;
    const yi = products[j + 1]!;
    const wr = a[w]!;
    const wi = a[w + 1]!;
    const ar = a[p]! - (v1r * yr - v1i * yi) - (z1r * wr - z1i * wi);
    const ai = a[p + 1]! - (v1r * yi + v1i * yr) - (z1r * wi + z1i * wr);
    const br = a[q]! - (v2r * yr - v2i * yi) - (z2r * wr - z2i * wi);
    const bi = a[q + 1]! - (v2r * yi + v2i * yr) - (z2r * wi + z2i * wr);
    a[p] = ar;
    a[p + 1] = ai;
    a[q] = br;
    a[q + 1] = bi;
    next[j]! += x1r * ar + x1i * ai + x2r * br + x2i * bi;
    next[j + 1]! += x1r * ai - x1i * ar + x2r * bi - x2i * br;
  }
  return x1r * x1r + x1i * x1i + x2r * x2r + x2i * x2i;
}
