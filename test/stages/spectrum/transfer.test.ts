import { describe, expect, it } from 'vitest';
import { kernelOf, type Kernel } from '../../../stages/spectrum/kernel.ts';
import { frequencies, transfers } from '../../../stages/spectrum/transfer.ts';
import { kernels } from './kernels.ts';
import { fc } from '../../properties.ts';

describe('frequencies', () => {
  it.each([
    [32, 514],
    [16, 130],
    [8, 34],
    [7, 25],
  ])('of a map of size %i: %i matrices stand for all', (n, unique) => {
    const found = frequencies(n);
    expect(found).toHaveLength(unique);
    expect(found.reduce((sum, { weight }) => sum + weight, 0)).toBe(n * n);
  });
});

describe('transfer matrices', () => {
  it('are the sums over the taps, those of a stride its aliases stacked', () => {
    fc.assert(
      fc.property(
        kernels,
        fc.constantFrom(1, 2, 3),
        fc.integer({ min: 1, max: 4 }),
        (kernel, stride, out) => {
          const n = stride * out;
          const inputs = kernel.shape[2];
          const outputs = kernel.shape[3];
          let stood = 0;
          for (const { u, v, weight, matrix } of transfers(kernel, n, stride)) {
            stood += weight;
            expect([matrix.rows, matrix.cols]).toEqual([stride ** 2 * inputs, outputs]);
            for (let row = 0; row < matrix.rows; row++) {
              const alias = Math.floor(row / inputs);
              const at = { u: u + Math.floor(alias / stride) * out, v: v + (alias % stride) * out };
              for (let o = 0; o < outputs; o++) {
                const wanted = sumOverTaps(kernel, n, at, row % inputs, o);
                expect(matrix.re[row * outputs + o]).toBeCloseTo(wanted.re / stride, 12);
                expect(matrix.im[row * outputs + o]).toBeCloseTo(wanted.im / stride, 12);
              }
            }
          }
          expect(stood).toBe(out ** 2);
        },
      ),
    );
  });

  it('of a single tap are the same everywhere: one stands for all', () => {
    const [only, ...others] = [...transfers(kernelOf([1, 1, 1, 2], [3, 4]), 8)];
    expect(others).toEqual([]);
    expect(only).toMatchObject({ weight: 64, matrix: { re: Float64Array.of(3, 4) } });
  });
});

/** Sum over (a, b) of K[a, b, c, o] exp(-2 pi i (u a + v b) / n). */
function sumOverTaps(
  { shape: [height, width, inputs, outputs], data }: Kernel,
  n: number,
  { u, v }: { u: number; v: number },
  c: number,
  o: number,
): { re: number; im: number } {
  let [re, im] = [0, 0];
  for (let a = 0; a < height; a++) {
    for (let b = 0; b < width; b++) {
      const value = data[((a * width + b) * inputs + c) * outputs + o]!;
      const angle = (-2 * Math.PI * (u * a + v * b)) / n;
      re += value * Math.cos(angle);
      im += value * Math.sin(angle);
    }
  }
  return { re, im };
}
