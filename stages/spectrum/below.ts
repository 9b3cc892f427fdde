/** A proof that all singular values of a matrix lie below a level, at some third of the cost of computing them. */
import { squareOf, type ComplexMatrix } from './complex-matrix.ts';

/** Lower triangle of a Hermitian matrix, row-major in square arrays. */
interface Hermitian {
  readonly size: number;
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/**
 * Whether every singular value is at most `level`, to rounding: a matrix of small Frobenius norm has no larger ones, and
 * level^2 I - A^H A has only positive pivots exactly where all are smaller. Never a guess, unlike power iteration.
 * Values below 1e-154, whose squares underflow, count as 0; no float32 is as small.
 */
export function liesBelow(matrix: ComplexMatrix, level: number): boolean {
  if (squareOf(matrix) <= level * level) return true;
  const gram = matrix.rows < matrix.cols ? productsOfRows(matrix) : productsOfColumns(matrix);
  const { size, re, im } = gram;
  for (let i = 0; i < size; i++) {
    for (let k = i * size; k < i * size + i; k++) {
      re[k] = -re[k]!;
      im[k] = -im[k]!;
    }
    re[i * size + i] = level * level - re[i * size + i]!;
  }
  return isPositiveDefinite(gram);
}

/** A A^H */
function productsOfRows({ rows, cols, re, im }: ComplexMatrix): Hermitian {
  const products = { size: rows, re: new Float64Array(rows * rows), im: new Float64Array(rows * rows) };
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j <= i; j++) {
      let real = 0;
      let imaginary = 0;
      for (let c = 0, p = i * cols, q = j * cols; c < cols; c++, p++, q++) {
        real += re[p]! * re[q]! + im[p]! * im[q]!;
        imaginary += im[p]! * re[q]! - re[p]! * im[q]!;
      }
      products.re[i * rows + j] = real;
      products.im[i * rows + j] = imaginary;
    }
  }
  return products;
}

/** A^H A */
function productsOfColumns({ rows, cols, re, im }: ComplexMatrix): Hermitian {
  const products = { size: cols, re: new Float64Array(cols * cols), im: new Float64Array(cols * cols) };
  for (let row = 0; row < rows * cols; row += cols) {
    for (let i = 0; i < cols; i++) {
      const ar = re[row + i]!;
      const ai = im[row + i]!;
      for (let j = 0, p = i * cols; j <= i; j++, p++) {
        const br = re[row + j]!;
        const bi = im[row + j]!;
        products.re[p]! += ar * br + ai * bi;
        products.im[p]! += ar * bi - ai * br;
      }
    }
  }
  return products;
}

/** Gauss's elimination; the matrix is overwritten. */
function isPositiveDefinite({ size, re, im }: Hermitian): boolean {
  const columnRe = new Float64Array(size);
  const columnIm = new Float64Array(size);
  for (let k = 0; k < size; k++) {
    const pivot = re[k * size + k]!;
    if (!(pivot > 0)) return false;
    for (let i = k + 1; i < size; i++) {
      columnRe[i] = re[i * size + k]!;
      columnIm[i] = im[i * size + k]!;
    }
    for (let i = k + 1; i < size; i++) {
      const lr = columnRe[i]! / pivot;
      const li = columnIm[i]! / pivot;
      for (let j = k + 1, p = i * size + j; j <= i; j++, p++) {
        re[p]! -= lr * columnRe[j]! + li * columnIm[j]!;
        im[p]! -= li * columnRe[j]! - lr * columnIm[j]!;
      }
    }
  }
  return true;
}
