import { describe, expect, it } from 'vitest';
import { clipSingularValues, controlSpectralNorm } from '../../../stages/spectrum/clip.ts';
import { kernelOf, type Kernel } from '../../../stages/spectrum/kernel.ts';
import {
  operatorSingularValues,
  reshapedSingularValues,
  spectralNorm,
} from '../../../stages/spectrum/operator.ts';
import { formulaKernel, kernels } from './kernels.ts';
import { fc } from '../../properties.ts';

const norm = (kernel: Kernel, n: number) => operatorSingularValues(kernel, { n })[0]!;

describe('clipping of singular values', () => {
  it('falls towards the level when repeated, as cutting back to the taps lifts the norm again', () => {
    const norms: number[] = [];
    let kernel = formulaKernel;
    for (let i = 0; i < 12; i++) {
      kernel = clipSingularValues(kernel, 8, 1);
      norms.push(norm(kernel, 8));
    }
    expect(norms[0]).toBeCloseTo(1.6197454622, 9);
    [1.300742, 1.203735, 1.152718].forEach((wanted, i) => {
      expect(norms[i + 1]).toBeCloseTo(wanted, 6);
    });
    expect(norms[11]).toBeCloseTo(1.022558, 6);
    for (let i = 1; i < 12; i++) expect(norms[i]).toBeLessThan(norms[i - 1]!);
  });

  it('leaves a kernel with nothing above the level exactly as it is', () => {
    expect(clipSingularValues(formulaKernel, 8, 7.46)).toBe(formulaKernel);
  });

  it('is exact for 1x1 kernels', () => {
    const clipped = clipSingularValues(kernelOf([1, 1, 2, 2], [3, 0, 0, 4]), 4, 3.5);
    [3, 0, 0, 3.5].forEach((wanted, i) => {
      expect(clipped.data[i]).toBeCloseTo(wanted, 12);
    });
  });

  it('is exact where the kernel is as large as the map: nothing is cut off', () => {
    const values = operatorSingularValues(clipSingularValues(formulaKernel, 3, 2), { n: 3 });
    const wanted = operatorSingularValues(formulaKernel, { n: 3 }).map((value) => Math.min(value, 2));
    wanted.forEach((value, i) => {
      expect(values[i]).toBeCloseTo(value, 10);
    });
  });

  it('never raises the Frobenius norm', () => {
    const frobenius = ({ data }: Kernel) => Math.hypot(...data);
    fc.assert(
      fc.property(kernels, fc.double({ min: 0.1, max: 4, noNaN: true }), (kernel, level) => {
        const clipped = clipSingularValues(kernel, 4, level);
        expect(frobenius(clipped)).toBeLessThanOrEqual(frobenius(kernel) * (1 + 1e-12));
      }),
    );
  });

  it('refuses a kernel larger than the map and a level that is not above 0', () => {
    expect(() => clipSingularValues(formulaKernel, 2, 1)).toThrow('cannot be cut out of a 2 x 2 map');
    expect(() => controlSpectralNorm(formulaKernel, 8, 0, 'clip')).toThrow('not 0');
    expect(() => controlSpectralNorm(formulaKernel, 8, NaN, 'clip')).toThrow('not NaN');
  });
});

describe('the spectral norm', () => {
  it('is the largest of all singular values, and that of the reshaped kernel times its size is not below it', () => {
    fc.assert(
      fc.property(kernels, fc.integer({ min: 1, max: 6 }), (kernel, n) => {
        const [height, width] = kernel.shape;
        const found = spectralNorm(kernel, n);
        expect(found).toBeCloseTo(norm(kernel, n), 12);
        const bound = Math.sqrt(height * width) * reshapedSingularValues(kernel)[0]!;
        expect(found).toBeLessThanOrEqual(bound * (1 + 1e-12));
      }),
    );
  });
});

describe('scaling', () => {
  it('scale-down reaches the level from above and leaves smaller norms alone', () => {
    expect(norm(controlSpectralNorm(formulaKernel, 8, 2, 'scale-down'), 8)).toBeCloseTo(2, 12);
    expect(controlSpectralNorm(formulaKernel, 8, 8, 'scale-down')).toBe(formulaKernel);
  });

  it('scale-to reaches the level from both sides, and leaves a kernel of zeros alone', () => {
    for (const level of [2, 20])
      expect(norm(controlSpectralNorm(formulaKernel, 8, level, 'scale-to'), 8)).toBeCloseTo(level, 12);
    const nothing = kernelOf([1, 1, 1, 1], [0]);
    expect(controlSpectralNorm(nothing, 8, 3, 'scale-to')).toBe(nothing);
  });
});
