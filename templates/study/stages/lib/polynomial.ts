/** Least squares with polynomials. */
import type { Point } from './points.ts';

/** The sum of coefficients[k] * ((x - center) / scale) ** k: in this variable high powers stay small. */
export interface Polynomial {
  readonly center: number;
  readonly scale: number;
  readonly coefficients: readonly number[];
}

/** The polynomial of least square error. Throws where the points do not determine one of this degree. */
export function fitPolynomial(points: readonly Point[], degree: number): Polynomial {
  const xs = points.map(({ x }) => x);
  if (new Set(xs).size <= degree) throw new Error(`degree ${degree} needs ${degree + 1} different x`);
  const low = Math.min(...xs);
  const high = Math.max(...xs);
  const center = (low + high) / 2;
  const scale = (high - low) / 2 || 1;
  // The normal equations, a row for each power: sums of products of powers, then of powers and y.
  const powers = Array.from({ length: degree + 1 }, (_, k) => k);
  const sum = (value: (u: number, y: number) => number): number =>
    points.reduce((total, { x, y }) => total + value((x - center) / scale, y), 0);
  const rows = powers.map((j) => [...powers.map((k) => sum((u) => u ** (j + k))), sum((u, y) => u ** j * y)]);
  return { center, scale, coefficients: solve(rows) };
}

export function valueAt({ center, scale, coefficients }: Polynomial, x: number): number {
  const u = (x - center) / scale;
  return coefficients.reduceRight((value, coefficient) => value * u + coefficient, 0);
}

/** In units of y. */
export function rootMeanSquareError(polynomial: Polynomial, points: readonly Point[]): number {
  const squares = points.reduce((sum, { x, y }) => sum + (valueAt(polynomial, x) - y) ** 2, 0);
  return Math.sqrt(squares / points.length);
}

/** Gauss's elimination with row exchanges; each row ends with its right-hand side. */
function solve(rows: number[][]): number[] {
  const at = (row: number, column: number): number => rows[row]?.[column] ?? NaN;
  for (let k = 0; k < rows.length; k++) {
    const pivot = rows.reduce(
      (best, _, i) => (i > k && Math.abs(at(i, k)) > Math.abs(at(best, k)) ? i : best),
      k,
    );
    [rows[k], rows[pivot]] = [rows[pivot] ?? [], rows[k] ?? []];
    for (let i = k + 1; i < rows.length; i++) {
      const factor = at(i, k) / at(k, k);
      rows[i] = (rows[i] ?? []).map((value, j) => value - factor * at(k, j));
    }
  }
  const solution: number[] = [];
  for (let k = rows.length - 1; k >= 0; k--) {
    const known = solution.reduce((sum, value, j) => sum + value * at(k, k + 1 + j), 0);
    solution.unshift((at(k, rows.length) - known) / at(k, k));
  }
  return solution;
}
