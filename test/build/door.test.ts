import { expect, test } from 'vitest';
import { createDoor } from '../../src/build/door.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('so many are let in; when one leaves, the most urgent of those that wait', async () => {
  const door = createDoor(2);
  const inside: number[] = [];
  for (const priority of [1, 2, 4, 5, 3]) void door.enter(priority).then(() => inside.push(priority));
  await turn();
  expect(inside).toEqual([5, 4]);
  door.leave(5);
  await turn();
  expect(inside).toEqual([5, 4, 3]);
  door.leave(3);
  door.leave(4);
  await turn();
  expect(inside).toEqual([5, 4, 3, 2, 1]);
});

test('who is more urgent than one inside does not wait for it', async () => {
  const door = createDoor(1);
  await door.enter(1);
  await door.enter(7);
  let entered = false;
  void door.enter(0).then(() => (entered = true));
  door.leave(7);
  await turn();
  // The place is still taken by the first.
  expect(entered).toBe(false);
  door.leave(1);
  await turn();
  expect(entered).toBe(true);
});
