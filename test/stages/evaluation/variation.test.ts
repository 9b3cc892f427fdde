import { expect, it } from 'vitest';
import { variationRows } from '../../../stages/evaluation/variation.ts';

const attack = { epsilon: 8, steps: 10, stepSize: 2, randomStart: 'false' } as const;

it('loss variation is summed up over all pictures, the right and the wrong ones', () => {
  const rows = variationRows(attack, Uint8Array.of(1, 0, 1, 0), Float32Array.of(1, 2, 3, 6));
  expect(rows).toEqual([
    { ...attack, examplesOf: 'all', examples: 4, mean: 3, std: Math.sqrt(3.5) },
    { ...attack, examplesOf: 'right', examples: 2, mean: 2, std: 1 },
    { ...attack, examplesOf: 'wrong', examples: 2, mean: 4, std: 2 },
  ]);
});

it('a group without pictures has no line', () => {
  expect(
    variationRows(attack, Uint8Array.of(1), Float32Array.of(1)).map(({ examplesOf }) => examplesOf),
  ).toEqual(['all', 'right']);
});
