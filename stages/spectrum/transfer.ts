/** The transfer matrices of a circular convolution: its operator, block-diagonal in the Fourier basis (Sedghi et al. 2019). */
import type { ComplexMatrix } from './complex-matrix.ts';
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
export function frequenciesOf({ shape: [height, width] }: Kernel, n: number): Frequency[] {
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

/**
 * Writes scale * A(u, v), an inputs x outputs matrix, into `target` from row `firstRow` on:
 * A(u, v)[c, o] = sum over taps (a, b) of K[a, b, c, o] exp(-2 pi i (u a + v b) / n).
 */
export function writeTransfer(
  kernel: Kernel,
  table: Phases,
  { u, v }: { readonly u: number; readonly v: number },
  target: ComplexMatrix,
  firstRow = 0,
  scale = 1,
): void {
  const [height, width, inputs, outputs] = kernel.shape;
  const size = inputs * outputs;
  const start = firstRow * outputs;
  const { re, im } = target;
  re.fill(0, start, start + size);
  im.fill(0, start, start + size);
  for (let a = 0; a < height; a++) {
    for (let b = 0; b < width; b++) {
      const t = (u * a + v * b) % table.n;
      const cos = scale * table.cos[t]!;
      const sin = scale * table.sin[t]!;
      const tap = (a * width + b) * size;
      for (let i = 0; i < size; i++) {
        const value = kernel.data[tap + i]!;
        re[start + i]! += cos * value;
        im[start + i]! += sin * value;
      }
    }
  }
}
