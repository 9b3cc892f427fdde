/** Complex matrix, row-major, real and imaginary parts apart. */
export interface ComplexMatrix {
  readonly rows: number;
  readonly cols: number;
  readonly re: Float64Array;
  readonly im: Float64Array;
}

export function zeros(rows: number, cols: number): ComplexMatrix {
  return { rows, cols, re: new Float64Array(rows * cols), im: new Float64Array(rows * cols) };
}

/** `count` rows from `first` on: a view. */
export function rowsOf({ cols, re, im }: ComplexMatrix, first: number, count: number): ComplexMatrix {
  const [begin, end] = [first * cols, (first + count) * cols];
  return { rows: count, cols, re: re.subarray(begin, end), im: im.subarray(begin, end) };
}

/** A^H, a new matrix. */
export function conjugateTranspose({ rows, cols, re, im }: ComplexMatrix): ComplexMatrix {
  const result = zeros(cols, rows);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) {
      result.re[j * rows + i] = re[i * cols + j]!;
      result.im[j * rows + i] = -im[i * cols + j]!;
    }
  }
  return result;
}

/** Square of the Frobenius norm: no singular value is above its root. */
export function squareOf({ re, im }: ComplexMatrix): number {
  let square = 0;
  for (let i = 0; i < re.length; i++) square += re[i]! * re[i]! + im[i]! * im[i]!;
  return square;
}
