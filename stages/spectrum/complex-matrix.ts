/** Complex matrix, row-major, real and imaginary parts apart. Mutable: the decompositions work in place. */
export interface ComplexMatrix {
  readonly rows: number;
  readonly cols: number;
  readonly re: Float64Array;
  readonly im: Float64Array;
}

export function zeros(rows: number, cols: number): ComplexMatrix {
  return { rows, cols, re: new Float64Array(rows * cols), im: new Float64Array(rows * cols) };
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
