import { rmSync, utimesSync } from 'node:fs';
import { beforeEach, expect, it, vi } from 'vitest';
import { hashFile, hashFileSync } from '../../src/key/digest.ts';
import { openStore } from '../../src/store/disk.ts';
import { commitText, recipe, refOf } from './samples.ts';
import { temporaryFolder } from './temporary-folder.ts';

vi.mock('../../src/key/digest.ts', { spy: true });
beforeEach(() => {
  vi.clearAllMocks();
});

const reads = (): number => vi.mocked(hashFile).mock.calls.length + vi.mocked(hashFileSync).mock.calls.length;

it.each([10, 3 << 20])('reads an object of %d bytes once while its stat stays', async (size) => {
  const store = openStore(temporaryFolder());
  const text = 'x'.repeat(size);
  commitText(store, recipe('a'), text);
  expect(reads()).toBe(0);
  const path = await store.object(refOf(text));
  expect(await store.object(refOf(text))).toBe(path);
  expect(reads()).toBe(1);
});

it('reads again after a step only what is too young, or has another stat', async () => {
  const store = openStore(temporaryFolder());
  commitText(store, recipe('a'), 'x');
  const path = (await store.object(refOf('x')))!;
  expect(await store.recheck(refOf('x'))).toBe(true);
  expect(reads(), 'young').toBe(2);
  utimesSync(path, 5, 5);
  expect(await store.recheck(refOf('x'))).toBe(true);
  expect(reads(), 'another stat').toBe(3);
  expect(await store.recheck(refOf('x'))).toBe(true);
  expect(reads(), 'old, same stat').toBe(3);
});

it('reads every object anew in a new process', async () => {
  const root = temporaryFolder();
  const store = openStore(root);
  commitText(store, recipe('a'), 'x');
  await store.object(refOf('x'));
  await openStore(root).object(refOf('x'));
  expect(reads()).toBe(2);
  rmSync(root, { recursive: true });
});
