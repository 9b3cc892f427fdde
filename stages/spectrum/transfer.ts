/** The transfer matrices of a circular convolution: its operator, block-diagonal in the Fourier basis (Sedghi et al. 2019). */
import { rowsOf, zeros, type ComplexMatrix } from './complex-matrix.ts';
import type { Kernel } from './kernel.ts';

/** A frequency (u, v), and how many of the n^2 have its singular values: for real kernels (-u, -v) has the conjugate matrix. */
export interface Frequency {
  readonly u: number;
  readonly v: number;
  readonly weight: number;
}

/** One of each pair of opposite frequencies of an n x n map: (n^2 + 4)/2 for even n, (n^2 + 1)/2 for odd n. */
export function frequencies(n: number): Frequency[] {
  const found: Frequency[] = [];
  for (let u = 0; u < n; u++) {
    for (let v = 0; v < n; v++) {
      const opposite = ((n - u) % n) * n + ((n - v) % n);
      const own = u * n + v;
      if (own <= opposite) found.push({ u, v, weight: own === opposite ? 1 : 2 });
    }
  }
  return found;
}

/** The same for a kernel: a single tap has the same transfer matrix at all of them. */
function frequenciesOf({ shape: [height, width] }: Kernel, n: number): Frequency[] {
  return height === 1 && width === 1 ? [{ u: 0, v: 0, weight: n * n }] : frequencies(n);
}

/** cos and -sin of 2 pi t / n for t = 0 ... n - 1: each phase comes from this table, so equal phases are equal numbers. */
export interface Phases {
  readonly n: number;
  readonly cos: Float64Array;
  readonly sin: Float64Array;
}

export function phases(n: number): Phases {
  const angle = (t: number) => (2 * Math.PI * t) / n;
  return {
    n,
    cos: Float64Array.from({ length: n }, (_, t) => Math.cos(angle(t))),
    sin: Float64Array.from({ length: n }, (_, t) => -Math.sin(angle(t))),
  };
}

/** The transfer matrix of one frequency. */
export interface Transfer extends Frequency {
  /** Written over by the next. */
  readonly matrix: ComplexMatrix;
}

/**
 * The transfer matrices of one of each pair of opposite frequencies, inputs x outputs:
 * A(u, v)[c, o] = sum over taps (a, b) of K[a, b, c, o] exp(-2 pi i (u a + v b) / n).
 * With stride s, for each output frequency w those of its s^2 aliases stacked, (1/s) [A(w + p n/s)]_p.
 */
export function* transfers(kernel: Kernel, n: number, stride = 1): Generator<Transfer> {
  const [, width, inputs, outputs] = kernel.shape;
  const out = n / stride;
  const table = phases(n);
  const matrix = zeros(stride * stride * inputs, outputs);
  // What the sums over the kernel's height give is the same for all v: a third of the work for 3x3 kernels.
  const columns = Array.from({ length: stride }, () =>
    Array.from({ length: width }, () => zeros(inputs, outputs)),
  );
  let u = -1;
  for (const frequency of frequenciesOf(kernel, out)) {
    if (frequency.u !== u) {
      u = frequency.u;
      columns.forEach((ofAlias, p) => {
        ofAlias.forEach((column, b) => {
          sumOverHeight(kernel, b, table, u + p * out, column);
        });
      });
    }
    for (let p = 0; p < stride; p++) {
      for (let q = 0; q < stride; q++) {
        const block = rowsOf(matrix, (p * stride + q) * inputs, inputs);
        sumOverWidth(columns[p]!, table, frequency.v + q * out, 1 / stride, block);
      }
    }
    yield { ...frequency, matrix };
  }
}

/** target = sum over a of K[a, b] exp(-2 pi i u a / n) */
function sumOverHeight(
  { shape: [height, width], data }: Kernel,
  b: number,
  table: Phases,
  u: number,
  { re, im }: ComplexMatrix,
): void {
  re.fill(0);
  im.fill(0);
  for (let a = 0; a < height; a++) {
    const t = (u * a) % table.n;
    const cos = table.cos[t]!;
    const sin = table.sin[t]!;
    const tap = ((a * width + b) * re.length) | 0;
    for (let i = 0; i < re.length; i++) {
      const value = data[tap + i]!;
      re[i]! += cos * value;
      im[i]! += sin * value;
    }
  }
}

/** target = scale * (sum over b of columns[b] exp(-2 pi i v b / n)) */
function sumOverWidth(
  columns: readonly ComplexMatrix[],
  table: Phases,
  v: number,
  scale: number,
  { re, im }: ComplexMatrix,
): void {
  re.fill(0);
  im.fill(0);
  columns.forEach((column, b) => {
    const t = (v * b) % table.n;
    const cos = scale * table.cos[t]!;
    const sin = scale * table.sin[t]!;
    for (let i = 0; i < re.length; i++) {
      const cr = column.re[i]!;
      const ci = column.im[i]!;
      re[i]! += cos * cr - sin * ci;
      im[i]! += cos * ci + sin * cr;
    }
  });
}
