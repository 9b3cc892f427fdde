import { expect, test } from 'vitest';
import { formatPoints, parsePoints } from '../stages/lib/points.ts';
import { shuffled } from '../stages/lib/random.ts';

test('shuffling loses nothing, and a seed gives one order', () => {
  const items = Array.from({ length: 50 }, (_, i) => i);
  expect(shuffled(items, 7).sort((a, b) => a - b)).toEqual(items);
  expect(shuffled(items, 7)).toEqual(shuffled(items, 7));
  expect(shuffled(items, 7)).not.toEqual(shuffled(items, 8));
});

test('points are written and read, and what is no point is named', () => {
  const points = [
    { x: 4, y: 2 },
    { x: 25, y: 85.5 },
  ];
  expect(parsePoints(formatPoints(points))).toEqual(points);
  expect(() => parsePoints('x,y\n1,2\n3,\n')).toThrow('line 3');
});
