import { describe, expect, it } from 'vitest';
import { kernelOf, type Kernel } from '../../../stages/spectrum/kernel.ts';
import { operatorSingularValues, reshapedSingularValues } from '../../../stages/spectrum/operator.ts';
import { powerIteration } from '../../../stages/spectrum/power-iteration.ts';
import { spectrumStatistics } from '../../../stages/spectrum/statistics.ts';
import { formulaKernel, kernels, squares } from './kernels.ts';
import { fc } from '../../properties.ts';

const statistics = (kernel: Kernel, n: number, stride = 1) =>
  spectrumStatistics(operatorSingularValues(kernel, { n, stride }));

describe('known operators', () => {
  it.each([0, 4, 8])('the identity over channels at tap %i has only ones, also with a stride', (tap) => {
    const data = new Float64Array(81);
    for (let c = 0; c < 3; c++) data[tap * 9 + c * 4] = 1;
    const kernel = kernelOf([3, 3, 3, 3], data);
    for (const stride of [1, 2]) {
      const { max, min, std } = statistics(kernel, 8, stride);
      expect(max).toBeCloseTo(1, 12);
      expect(min).toBeCloseTo(1, 12);
      expect(std).toBeCloseTo(0, 12);
    }
  });

  it('a 1x1 diagonal', () => {
    expect(statistics(kernelOf([1, 1, 2, 2], [3, 0, 0, 4]), 4)).toEqual({
      count: 32,
      max: 4,
      min: 3,
      mean: 3.5,
      std: 0.5,
      frobenius: 20,
    });
  });

  it('a two-dimensional circulant', () => {
    const { max, min, mean, std } = statistics(kernelOf([3, 3, 1, 1], [2, 7, -1, 1, 3, -8, 5, -3, 1]), 20);
    expect(max).toBeCloseTo(22.9122134817, 9);
    expect(min).toBeCloseTo(0.1548414175, 9);
    expect(mean).toBeCloseTo(11.5099719014, 9);
    expect(std).toBeCloseTo(5.5245404179, 9);
  });

  it('the 3x3 box, with zeros where 3 divides the map', () => {
    const box = kernelOf([3, 3, 1, 1], new Array<number>(9).fill(1 / 9));
    const { max, min, mean, std } = statistics(box, 8);
    expect(max).toBeCloseTo(1, 12);
    expect(min).toBeCloseTo(0.0190636528, 9);
    expect(mean).toBeCloseTo(0.2359066858, 9);
    expect(std).toBeCloseTo(0.2354976576, 9);
    expect(statistics(box, 6).min).toBeCloseTo(0, 12);
  });

  it('the five-point Laplacian', () => {
    const { max, min, mean, std } = statistics(kernelOf([3, 3, 1, 1], [0, 1, 0, 1, -4, 1, 0, 1, 0]), 8);
    for (const [found, wanted] of [
      [max, 8],
      [min, 0],
      [mean, 4],
      [std, 2],
    ] as const)
      expect(found).toBeCloseTo(wanted, 12);
  });

  it('a kernel of several channels, with its stride ignored and exact', () => {
    const { count, max, min, mean, std, frobenius } = statistics(formulaKernel, 8);
    expect(count).toBe(128);
    expect(max).toBeCloseTo(7.4586530707, 9);
    expect(min).toBeCloseTo(0.6012330951, 9);
    expect(mean).toBeCloseTo(2.7760173905, 9);
    expect(std).toBeCloseTo(1.7244498971, 9);
    expect(frobenius ** 2).toBeCloseTo(1367.04, 9);
    const strided = statistics(formulaKernel, 8, 2);
    expect(strided.count).toBe(48);
    expect(strided.max).toBeCloseTo(4.1343192752, 9);
    expect(strided.std).toBeCloseTo(0.846785994, 9);
    expect(strided.frobenius ** 2).toBeCloseTo(341.76, 9);
  });

  it('a kernel of zeros, as Fixup starts with', () => {
    expect(statistics(kernelOf([3, 3, 4, 4], new Float64Array(144)), 8)).toMatchObject({ max: 0, std: 0 });
  });
});

describe('properties of all kernels', () => {
  it('sum of squares is (n/s)^2 ||K||^2', () => {
    fc.assert(
      fc.property(kernels, fc.constantFrom(1, 2), fc.integer({ min: 3, max: 5 }), (kernel, stride, out) => {
        const { frobenius } = statistics(kernel, out * stride, stride);
        expect(frobenius ** 2).toBeCloseTo(out ** 2 * squares(kernel), 8);
      }),
    );
  });

  it('scaling is linear', () => {
    fc.assert(
      fc.property(kernels, fc.double({ min: -4, max: 4, noNaN: true }), (kernel, factor) => {
        const scaled = { ...kernel, data: kernel.data.map((value) => value * factor) };
        const [plain, other] = [kernel, scaled].map((k) => operatorSingularValues(k, { n: 4 }));
        plain!.forEach((value, i) => {
          expect(other![i]).toBeCloseTo(value * Math.abs(factor), 10);
        });
      }),
    );
  });

  it('exchanging inputs and outputs changes nothing, nor does mirroring the taps', () => {
    fc.assert(
      fc.property(kernels, (kernel) => {
        const wanted = operatorSingularValues(kernel, { n: 5 });
        for (const other of [exchanged(kernel), mirrored(kernel)]) {
          const found = operatorSingularValues(other, { n: 5 });
          wanted.forEach((value, i) => {
            expect(found[i]).toBeCloseTo(value, 10);
          });
        }
      }),
    );
  });

  it('numbers whose squares nearly underflow do not spoil the others', () => {
    const data = [0.125, 0, 2e-140, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1e-146, 3, 0, 0];
    const found = operatorSingularValues(kernelOf([1, 1, 4, 4], data), { n: 1 });
    [3, 0.125, 0, 0].forEach((wanted, i) => {
      expect(found[i]).toBeCloseTo(wanted, 14);
    });
  });

  it('power iteration comes to the largest value from below', () => {
    const n = 6;
    const start = Float64Array.from({ length: n * n * 2 }, (_, i) => Math.sin(1 + i * i));
    const trace = powerIteration(formulaKernel, n, start, 400);
    const max = operatorSingularValues(formulaKernel, { n })[0]!;
    expect(trace.at(-1)).toBeCloseTo(max, 9);
    for (const estimate of trace) expect(estimate).toBeLessThanOrEqual(max + 1e-12);
  });

  it('operator and reshaped values have the same mean square where inputs and outputs are equally many', () => {
    const kernel = kernelOf(
      [3, 3, 4, 4],
      Float64Array.from({ length: 144 }, (_, i) => Math.cos(i * i)),
    );
    const meanSquare = (values: Float64Array) => values.reduce((sum, v) => sum + v * v, 0) / values.length;
    expect(meanSquare(operatorSingularValues(kernel, { n: 7 }))).toBeCloseTo(
      meanSquare(reshapedSingularValues(kernel)),
      10,
    );
  });
});

describe('what is refused', () => {
  it('a stride that does not divide the map', () => {
    expect(() => operatorSingularValues(formulaKernel, { n: 7, stride: 2 })).toThrow('stride 2, map 7 x 7');
  });

  it('a kernel with a value that is not a number, or of another size', () => {
    expect(() => kernelOf([1, 1, 1, 2], [1, NaN])).toThrow('value 1 of the kernel is NaN');
    expect(() => kernelOf([1, 1, 2, 2], [1])).toThrow('needs 4 values, not 1');
    expect(() => kernelOf([10, 64], [1])).toThrow('four sizes');
  });
});

/** The kernel with inputs and outputs exchanged. */
function exchanged({ shape: [height, width, inputs, outputs], data }: Kernel): Kernel {
  const values: number[] = [];
  for (let tap = 0; tap < height * width; tap++)
    for (let o = 0; o < outputs; o++)
      for (let c = 0; c < inputs; c++) values.push(data[(tap * inputs + c) * outputs + o]!);
  return kernelOf([height, width, outputs, inputs], values);
}

/** The kernel turned by half a circle: the adjoint's order of the taps. */
function mirrored({ shape, data }: Kernel): Kernel {
  const size = shape[2] * shape[3];
  const taps = shape[0] * shape[1];
  const values = data.map((_, i) => data[(taps - 1 - Math.floor(i / size)) * size + (i % size)]!);
  return { shape, data: values };
}
