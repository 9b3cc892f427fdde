import type { Kernel } from './kernel.ts';

/**
 * Estimates of the largest singular value of the circular convolution of an n x n map, one an iteration, never above it:
 * v = start / ||start||; then repeatedly u = K v, the estimate ||u||, v = K^T u / ||K^T u||.
 * Converges slowly from a random start (50 iterations may be 0.3 % low): no ground for leaving out a clip.
 * @param start [n, n, inputs], row-major, not 0
 */
export function powerIteration(
  kernel: Kernel,
  n: number,
  start: Float64Array,
  iterations: number,
): Float64Array {
  const [, , inputs, outputs] = kernel.shape;
  if (start.length !== n * n * inputs)
    throw new RangeError(`a start has ${n * n * inputs} values, not ${start.length}`);
  const trace = new Float64Array(iterations);
  let v = normalised(start);
  for (let t = 0; t < iterations; t++) {
    const u = new Float64Array(n * n * outputs);
    correlate(kernel, n, v, u, 'forward');
    trace[t] = norm(u);
    const back = new Float64Array(v.length);
    correlate(kernel, n, back, u, 'adjoint');
    v = normalised(back);
  }
  return trace;
}

/** Circular cross-correlation y[p, q, o] = sum K[a, b, c, o] x[p + a, q + b, c], added to y; or its adjoint, added to x. */
function correlate(
  { shape: [height, width, inputs, outputs], data }: Kernel,
  n: number,
  x: Float64Array,
  y: Float64Array,
  direction: 'forward' | 'adjoint',
): void {
  for (let p = 0; p < n; p++)
    for (let q = 0; q < n; q++)
      for (let a = 0; a < height; a++)
        for (let b = 0; b < width; b++) {
          const from = (((p + a) % n) * n + ((q + b) % n)) * inputs;
          const to = (p * n + q) * outputs;
          const tap = (a * width + b) * inputs * outputs;
          for (let c = 0; c < inputs; c++)
            for (let o = 0; o < outputs; o++) {
              const weight = data[tap + c * outputs + o]!;
              if (direction === 'forward') y[to + o]! += weight * x[from + c]!;
              else x[from + c]! += weight * y[to + o]!;
            }
        }
}

function norm(vector: Float64Array): number {
  let square = 0;
  for (const value of vector) square += value * value;
  return Math.sqrt(square);
}

/** The vector at length 1; a zero vector stays (the operator is 0 on it). */
function normalised(vector: Float64Array): Float64Array {
  const length = norm(vector);
  return length === 0 ? vector : vector.map((value) => value / length);
}
