import { expect, it } from 'vitest';
import { createQueue } from '../../src/build/queue.ts';
import { fc } from '../properties.ts';

const numbers = fc.array(fc.integer());
const queueOf = (items: readonly number[]) => {
  const queue = createQueue<number>((a, b) => a < b);
  for (const item of items) queue.push(item);
  return queue;
};
const drain = (queue: ReturnType<typeof queueOf>): number[] => {
  const items: number[] = [];
  while (queue.size > 0) {
    expect(queue.first()).toBe(queue.first());
    items.push(queue.shift()!);
  }
  return items;
};
const sorted = (items: readonly number[]): number[] => [...items].sort((a, b) => a - b);

it('gives items in order, whatever order they came in', () => {
  fc.assert(
    fc.property(numbers, (items) => {
      expect(drain(queueOf(items))).toEqual(sorted(items));
    }),
  );
});

it('gives the first of those that are there, between pushes', () => {
  fc.assert(
    fc.property(numbers, numbers, (some, more) => {
      const queue = queueOf([0, ...some]);
      expect(queue.shift()).toBe(Math.min(0, ...some));
      for (const item of more) queue.push(item);
      expect(drain(queue)).toEqual(sorted([...sorted([0, ...some]).slice(1), ...more]));
    }),
  );
});

it('keeps the order of those that stay when others leave', () => {
  fc.assert(
    fc.property(numbers, (items) => {
      const queue = queueOf(items);
      expect(sorted(queue.remove((item) => item % 2 === 0))).toEqual(
        sorted(items.filter((item) => item % 2 === 0)),
      );
      expect(drain(queue)).toEqual(sorted(items.filter((item) => item % 2 !== 0)));
    }),
  );
});

it('is empty at first', () => {
  const queue = queueOf([]);
  expect([queue.first(), queue.shift(), queue.size]).toEqual([undefined, undefined, 0]);
});
