import { expect, it } from 'vitest';
import { groupsOf } from '../../src/pipeline/groups.ts';
import type { Cell } from '../../src/pipeline/stage.ts';
import type { Step } from '../../src/pipeline/step.ts';

const train = {};
const stepOf = (name: string, cell: Cell = {}, stage: object = train): Step =>
  ({ name, cell, stage }) as unknown as Step;
const groups = (...steps: Step[]): string[] => [...groupsOf(steps).values()];

it('puts the axes of a grid in place of the values', () => {
  expect(groups(stepOf('train/pgd-8/0', { epsilon: 8, rep: 0 }))).toEqual(['train/pgd-{epsilon}/{rep}']);
});

it('takes the place that most steps share where a value stands in a name twice', () => {
  const cells = [4, 8].map((epsilon) => stepOf(`train/resnet-8/pgd-${epsilon}`, { epsilon }));
  expect(groups(...cells)).toEqual(['train/resnet-8/pgd-{epsilon}', 'train/resnet-8/pgd-{epsilon}']);
});

it('gathers many steps of a stage that differ in numbers, though no grid made them', () => {
  const loop = (n: number, stage = train): Step[] =>
    Array.from({ length: n }, (_, i) => stepOf(`train/rate-0.${i}/seed-${i}`, {}, stage));
  expect(new Set(groups(...loop(10)))).toEqual(new Set(['train/rate-*/seed-*']));
  expect(new Set(groups(...loop(9)))).toHaveLength(9);
  expect(groups(...loop(10), stepOf('train/rate-1/seed-1', {}, {})).at(-1)).toBe('train/rate-1/seed-1');
});
