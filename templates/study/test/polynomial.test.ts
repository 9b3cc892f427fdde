import { expect, test } from 'vitest';
import { fitPolynomial, rootMeanSquareError, valueAt } from '../stages/lib/polynomial.ts';

const points = [0, 1, 2, 4, 7, 9].map((x) => ({ x, y: 2 - 3 * x + 0.5 * x ** 3 }));

test('a polynomial that made the points is found again', () => {
  const fitted = fitPolynomial(points, 3);
  expect(valueAt(fitted, 5)).toBeCloseTo(2 - 15 + 62.5, 9);
  expect(rootMeanSquareError(fitted, points)).toBeCloseTo(0, 9);
});

test('of degree 0 it is the mean', () => {
  const mean = points.reduce((sum, { y }) => sum + y, 0) / points.length;
  expect(valueAt(fitPolynomial(points, 0), 100)).toBeCloseTo(mean, 9);
});

test('too few points are refused', () => {
  expect(() => fitPolynomial(points.slice(0, 2), 2)).toThrow('needs 3 different x');
});
