import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bidiagonalValues } from '../../../stages/spectrum/bidiagonal-values.ts';
import { conjugateTranspose, type ComplexMatrix } from '../../../stages/spectrum/complex-matrix.ts';
import { rightSingularVectors } from '../../../stages/spectrum/jacobi.ts';
import { descending, singularValues } from '../../../stages/spectrum/singular-values.ts';
import { spectrumStatistics } from '../../../stages/spectrum/statistics.ts';
import { stdGroups } from '../../../stages/spectrum/std-groups.ts';

/** Whole numbers make ranks deficient often, and zeros on the diagonal. */
const matrices: fc.Arbitrary<ComplexMatrix> = fc
  .tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 7 }), fc.boolean())
  .chain(([rows, cols, whole]) => {
    const value = whole ? fc.integer({ min: -1, max: 1 }) : fc.double({ min: -2, max: 2, noNaN: true });
    const values = fc.array(value, { minLength: rows * cols, maxLength: rows * cols });
    return fc.tuple(values, values).map(([re, im]) => ({
      rows,
      cols,
      re: Float64Array.from(re),
      im: Float64Array.from(im),
    }));
  });

const copy = (matrix: ComplexMatrix) => ({ ...matrix, re: matrix.re.slice(), im: matrix.im.slice() });

describe('singular values', () => {
  it('by bidiagonal QR equal those by Jacobi rotations', () => {
    fc.assert(
      fc.property(matrices, (matrix) => {
        const tall = matrix.rows < matrix.cols ? conjugateTranspose(matrix) : matrix;
        const jacobi = descending(rightSingularVectors(tall).values);
        const qr = descending(singularValues(copy(matrix)));
        expect(qr).toHaveLength(Math.min(matrix.rows, matrix.cols));
        jacobi.forEach((value, i) => {
          expect(qr[i]).toBeCloseTo(value, 11);
        });
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    [
      'zeros on the diagonal',
      [0, 2, 0],
      [1, 3],
      [Math.sqrt(7 + Math.sqrt(40)), Math.sqrt(7 - Math.sqrt(40)), 0],
    ],
    ['a zero at its end', [3, 0], [4], [5, 0]],
    ['nothing but zeros', [0, 0], [0], [0, 0]],
    ['one value', [2], [], [2]],
    ['values of very different size', [1, 1e-9, 1e-18], [1e-12, 1e-20], [1, 1e-9, 0]],
  ])('of a bidiagonal matrix with %s', (_, diagonal, superdiagonal, wanted) => {
    const found = descending(
      bidiagonalValues({
        diagonal: Float64Array.from(diagonal),
        superdiagonal: Float64Array.from(superdiagonal),
      }),
    );
    wanted.forEach((value, i) => {
      expect(found[i]).toBeCloseTo(value, 14);
    });
  });
});

describe('right singular vectors', () => {
  it('rebuild the matrix: A = sum of (A v) v^H', () => {
    fc.assert(
      fc.property(matrices, (matrix) => {
        const { scaled, right } = rightSingularVectors(matrix);
        const { rows, cols } = matrix;
        for (let r = 0; r < rows; r++) {
          for (let c = 0; c < cols; c++) {
            let [re, im] = [0, 0];
            for (let j = 0; j < cols; j++) {
              const [ur, ui] = [scaled.re[j * rows + r]!, scaled.im[j * rows + r]!];
              const [vr, vi] = [right.re[j * cols + c]!, right.im[j * cols + c]!];
              re += ur * vr + ui * vi;
              im += ui * vr - ur * vi;
            }
            expect(re).toBeCloseTo(matrix.re[r * cols + c]!, 12);
            expect(im).toBeCloseTo(matrix.im[r * cols + c]!, 12);
          }
        }
      }),
    );
  });
});

describe('statistics', () => {
  it('are of the population', () => {
    const found = spectrumStatistics(Float64Array.of(2, 4, 4, 4, 5, 5, 7, 9));
    expect(found).toEqual({ count: 8, max: 9, min: 2, mean: 5, std: 2, frobenius: Math.sqrt(232) });
  });

  it('of nothing are refused', () => {
    expect(() => spectrumStatistics(new Float64Array(0))).toThrow('statistics of no values');
  });

  it('group the layers by the sign of the change; an equal layer is in neither', () => {
    const { fell, rose } = stdGroups([1, 0.8, 0.5, 0.6], [0.7, 0.9, 0.4, 0.6]);
    expect([fell.layers, rose.layers]).toEqual([2, 1]);
    expect(fell.sum).toBeCloseTo(0.4, 12);
    expect(fell.mean).toBeCloseTo(0.2, 12);
    expect(rose.sum).toBeCloseTo(0.1, 12);
    expect(rose.mean).toBeCloseTo(0.1, 12);
  });
});
