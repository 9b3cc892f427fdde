import { describe, expect, it } from 'vitest';
import { bidiagonalValues } from '../../../stages/spectrum/bidiagonal-values.ts';
import { liesBelow } from '../../../stages/spectrum/below.ts';
import {
  conjugateTranspose,
  squareOf,
  zeros,
  type ComplexMatrix,
} from '../../../stages/spectrum/complex-matrix.ts';
import { rightVectorsAbove } from '../../../stages/spectrum/right-vectors.ts';
import { descending, singularValues } from '../../../stages/spectrum/singular-values.ts';
import { spectrumStatistics } from '../../../stages/spectrum/statistics.ts';
import { stdGroups } from '../../../stages/spectrum/std-groups.ts';
import { cases, fc } from '../../properties.ts';

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

/** Inner product of row i of a with the conjugate of row j of b. */
function inner(a: ComplexMatrix, i: number, b: ComplexMatrix, j: number): { re: number; im: number } {
  let [re, im] = [0, 0];
  for (let c = 0; c < a.cols; c++) {
    const [ar, ai] = [a.re[i * a.cols + c]!, a.im[i * a.cols + c]!];
    const [br, bi] = [b.re[j * b.cols + c]!, b.im[j * b.cols + c]!];
    re += ar * br + ai * bi;
    im += ai * br - ar * bi;
  }
  return { re, im };
}

/** Row j is A v_j, for the rows v_j^H of `right`. */
function images(matrix: ComplexMatrix, right: ComplexMatrix): ComplexMatrix {
  const found = zeros(right.rows, matrix.rows);
  for (let j = 0; j < right.rows; j++) {
    for (let r = 0; r < matrix.rows; r++) {
      const { re, im } = inner(matrix, r, right, j);
      found.re[j * matrix.rows + r] = re;
      found.im[j * matrix.rows + r] = im;
    }
  }
  return found;
}

describe('singular values and right vectors', () => {
  it('are those of the matrix: orthonormal v_j, orthogonal A v_j of length sigma_j, which rebuild A', () => {
    fc.assert(
      fc.property(matrices, (any) => {
        const matrix = any.rows < any.cols ? conjugateTranspose(any) : any;
        const all = descending(singularValues(any));
        expect(all).toHaveLength(Math.min(any.rows, any.cols));
        expect(all.reduce((sum, value) => sum + value ** 2, 0)).toBeCloseTo(squareOf(any), 11);

        const found = rightVectorsAbove(matrix, 1e-12);
        const { values, right } = found ?? { values: new Float64Array(0), right: zeros(0, matrix.cols) };
        descending(values.slice()).forEach((value, i) => {
          expect(all[i]).toBeCloseTo(value, 12);
        });
        expect(all.subarray(values.length).every((value) => value < 1e-11)).toBe(true);
        const image = images(matrix, right);
        for (let i = 0; i < values.length; i++) {
          for (let j = 0; j < values.length; j++) {
            const same = Number(i === j);
            const [v, u] = [inner(right, i, right, j), inner(image, i, image, j)];
            expect(v.re).toBeCloseTo(same, 12);
            expect(v.im).toBeCloseTo(0, 12);
            expect(u.re).toBeCloseTo(same * values[i]! ** 2, 11);
            expect(u.im).toBeCloseTo(0, 11);
          }
        }
        for (let r = 0; r < matrix.rows; r++) {
          for (let c = 0; c < matrix.cols; c++) {
            let [re, im] = [0, 0];
            for (let j = 0; j < values.length; j++) {
              const [ur, ui] = [image.re[j * matrix.rows + r]!, image.im[j * matrix.rows + r]!];
              const [vr, vi] = [right.re[j * matrix.cols + c]!, right.im[j * matrix.cols + c]!];
              re += ur * vr - ui * vi;
              im += ur * vi + ui * vr;
            }
            expect(re).toBeCloseTo(matrix.re[r * matrix.cols + c]!, 11);
            expect(im).toBeCloseTo(matrix.im[r * matrix.cols + c]!, 11);
          }
        }
      }),
      cases(500),
    );
  });

  it('leave the matrix as it is, of any size and scale', () => {
    fc.assert(
      fc.property(matrices, fc.constantFrom(2 ** -600, 1, 2 ** 600), (matrix, scale) => {
        const scaled = {
          ...matrix,
          re: matrix.re.map((value) => value * scale),
          im: matrix.im.map((value) => value * scale),
        };
        const before = structuredClone(scaled);
        const wanted = singularValues(matrix);
        singularValues(scaled).forEach((value, j) => {
          expect(value / scale).toBeCloseTo(wanted[j]!, 12);
        });
        if (scaled.rows >= scaled.cols) rightVectorsAbove(scaled, 0);
        expect(scaled).toEqual(before);
      }),
    );
  });

  it.each([
    [1, 0],
    [2, 0],
    [0, 1],
  ])('survive columns and rows of zeros: %i and %i of them before the rest', (cols, rows) => {
    const [height, width] = [rows + 5, cols + 3];
    const matrix = zeros(height, width);
    for (let i = rows; i < height; i++)
      for (let j = cols; j < width; j++) matrix.re[i * width + j] = Math.sin(1 + 7 * i + j * j);
    const found = descending(singularValues(matrix));
    const dense = zeros(5, 3);
    for (let i = 0; i < 5; i++)
      for (let j = 0; j < 3; j++) dense.re[i * 3 + j] = matrix.re[(rows + i) * width + cols + j]!;
    const wanted = [...descending(singularValues(dense)), ...new Array<number>(cols).fill(0)];
    wanted.forEach((value, i) => {
      expect(found[i]).toBeCloseTo(value, 14);
    });
  });

  it('lie below a level exactly where the largest does', () => {
    fc.assert(
      fc.property(matrices, fc.double({ min: 0.5, max: 1.5, noNaN: true }), (matrix, ratio) => {
        const [largest] = descending(singularValues(matrix));
        // Squares of smaller numbers underflow; float32 has none.
        fc.pre(Math.abs(ratio - 1) > 1e-9 && largest! > 1e-100);
        expect(liesBelow(matrix, ratio * largest!)).toBe(ratio > 1);
      }),
      cases(500),
    );
  });

  it('above a level are only those above it', () => {
    fc.assert(
      fc.property(matrices, fc.double({ min: 0.1, max: 4, noNaN: true }), (any, level) => {
        const matrix = any.rows < any.cols ? conjugateTranspose(any) : any;
        const above = descending(singularValues(matrix).filter((value) => value > level));
        const found = rightVectorsAbove(matrix, level);
        expect(found === undefined ? [] : [...descending(found.values)]).toEqual([...above]);
      }),
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
    // With a threshold of one rounding unit the sweeps turned the two over and over.
    [
      'equal values, rounded otherwise',
      [0, 2.121320343559638, 2.9999999999999942],
      [2.1213203435596384, 1.650255388292469e-15],
      [3, 3, 0],
    ],
    ['values of very different size', [1, 1e-9, 1e-18], [1e-12, 1e-20], [1, 1e-9, 0]],
  ])('of a bidiagonal matrix with %s', (_, diagonal, superdiagonal, wanted) => {
    const found = descending(
      bidiagonalValues({
        diagonal: Float64Array.from(diagonal),
        superdiagonal: Float64Array.from(superdiagonal),
      }),
    );
    wanted.forEach((value, i) => {
      expect(found[i]).toBeCloseTo(value, 13);
    });
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
