/** Values computed with NumPy in double precision, of kernels stored beside them. */
import { expect, it } from 'vitest';
import { readSafetensors } from '../../../stages/lib/safetensors.ts';
import { controlSpectralNorm } from '../../../stages/spectrum/clip.ts';
import { kernelOf, matrixAsKernel, type Kernel } from '../../../stages/spectrum/kernel.ts';
import { operatorSingularValues, reshapedSingularValues } from '../../../stages/spectrum/operator.ts';
import { powerIteration } from '../../../stages/spectrum/power-iteration.ts';
import { spectrumStatistics } from '../../../stages/spectrum/statistics.ts';
import { describeGolden, goldenJson, sharedPath } from '../golden.ts';

interface Facts {
  kind: string;
  n: number;
  stride: number;
  operator_stride_1: Record<string, number>;
  clip: { c: number; norm_after_each_of_12_repeats: number[] };
}

describeGolden('golden spectra', () => {
  const tensors: ReadonlyMap<string, unknown> = readSafetensors(
    sharedPath('golden/spectra.safetensors'),
  ).tensors;
  const facts = goldenJson('spectra.json') as Record<string, Facts>;
  const golden = (name: string): number[] | undefined => {
    const tensor = tensors.get(name) as { data: Float64Array } | undefined;
    return tensor && [...tensor.data];
  };
  const kernel = (name: string): Kernel => {
    const { shape, data } = tensors.get(`${name}.kernel`) as { shape: number[]; data: Float32Array };
    return kernelOf(shape, data);
  };
  const convolutions = Object.entries(facts).filter(([, { kind }]) => kind === 'conv');

  it.each(convolutions)('%s: of the operator, its stride ignored and exact', (name, { n, stride }) => {
    expectClose(operatorSingularValues(kernel(name), { n }), golden(`${name}.operator`)!, 1e-12);
    const exact = golden(`${name}.operator_stride_exact`);
    if (exact) expectClose(operatorSingularValues(kernel(name), { n, stride }), exact, 1e-12);
  });

  it.each(convolutions)('%s: of the reshaped kernel', (name) => {
    expectClose(reshapedSingularValues(kernel(name)), golden(`${name}.reshaped`)!, 1e-12);
  });

  it.each(convolutions)('%s: statistics', (name, { n, operator_stride_1: wanted }) => {
    const found = spectrumStatistics(operatorSingularValues(kernel(name), { n }));
    const { count, max, min, mean, std, frobenius } = found;
    expectClose(
      [count, max, min, mean, std, frobenius ** 2],
      [wanted.count!, wanted.max!, wanted.min!, wanted.mean!, wanted.std_population!, wanted.sum_of_squares!],
      1e-9,
    );
  });

  it.each(convolutions)('%s: clipped, once and twelve times', (name, { n, clip }) => {
    let clipped = kernel(name);
    clip.norm_after_each_of_12_repeats.forEach((norm, repeat) => {
      clipped = controlSpectralNorm(clipped, n, clip.c, 'clip');
      if (repeat === 0) expectClose(clipped.data, golden(`${name}.clipped`)!, 1e-12);
      expect(operatorSingularValues(clipped, { n })[0]).toBeCloseTo(norm, 8);
    });
  });

  it.each(convolutions.filter(([name]) => tensors.has(`${name}.power_x0`)))(
    '%s: power iteration',
    (name, { n }) => {
      const trace = golden(`${name}.power_trace`)!;
      const start = Float64Array.from(golden(`${name}.power_x0`)!);
      expectClose(powerIteration(kernel(name), n, start, trace.length), trace, 1e-9);
    },
  );

  it('a fully connected layer: values and clip, exact in one pass', () => {
    const { shape, data } = tensors.get('fc64x10.kernel') as { shape: [number, number]; data: Float32Array };
    const layer = matrixAsKernel(...shape, data);
    expectClose(operatorSingularValues(layer, { n: 1 }), golden('fc64x10.operator')!, 1e-12);
    const clipped = controlSpectralNorm(layer, 1, facts.fc64x10!.clip.c, 'clip');
    expectClose(clipped.data, golden('fc64x10.clipped')!, 1e-12);
    expect(operatorSingularValues(clipped, { n: 1 })[0]).toBeCloseTo(facts.fc64x10!.clip.c, 12);
  });
});

function expectClose(found: ArrayLike<number>, wanted: ArrayLike<number>, tolerance: number): void {
  expect(found.length).toBe(wanted.length);
  let worst = 0;
  for (let i = 0; i < wanted.length; i++) {
    worst = Math.max(worst, Math.abs(found[i]! - wanted[i]!) / Math.max(Math.abs(wanted[i]!), 1e-3));
  }
  expect(worst).toBeLessThan(tolerance);
}
