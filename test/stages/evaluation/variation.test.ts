import { expect, it } from 'vitest';
import { variationRows } from '../../../stages/evaluation/variation.ts';

it('loss variation is summed up over all pictures, the right and the wrong ones', () => {
  const rows = variationRows(8, Uint8Array.of(1, 0, 1, 0), Float32Array.of(1, 2, 3, 6));
  expect(rows).toEqual([
    { epsilon: 8, examplesOf: 'all', examples: 4, mean: 3, std: Math.sqrt(3.5) },
    { epsilon: 8, examplesOf: 'right', examples: 2, mean: 2, std: 1 },
    { epsilon: 8, examplesOf: 'wrong', examples: 2, mean: 4, std: 2 },
  ]);
});

it('a group without pictures has no line', () => {
  expect(variationRows(4, Uint8Array.of(1), Float32Array.of(1)).map(({ examplesOf }) => examplesOf)).toEqual([
    'all',
    'right',
  ]);
});
