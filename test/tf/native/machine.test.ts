import { describe, expect, test } from 'vitest';
import { gpuModel, isaOf } from '../../../src/tf/native/machine.ts';

describe('instruction set', () => {
  const flags = (list: string) => `processor\t: 0\nflags\t\t: fpu sse4_1 ${list}\nbogomips : 1\n`;
  test.each([
    [flags('avx avx2 fma avx512f avx512bw avx512vl avx512dq'), 'avx512'],
    [flags('avx avx2 fma avx512f'), 'avx2'],
    [flags('avx avx2'), 'avx'],
    [flags('avx'), 'avx'],
    [flags(''), 'sse4'],
    ['processor\t: 0\nFeatures\t: fp asimd sve\n', 'sve'],
    ['processor\t: 0\nFeatures\t: fp asimd\n', 'neon'],
    ['', 'unknown'],
  ])('%j', (cpuinfo, isa) => {
    expect(isaOf(cpuinfo)).toBe(isa);
  });
});

test.each(['', ' ', '-1'])('CUDA_VISIBLE_DEVICES=%j hides every card', (visible) => {
  expect(gpuModel({ CUDA_VISIBLE_DEVICES: visible })).toBeNull();
});
