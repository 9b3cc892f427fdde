import { chmodSync, mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openStore } from '../../src/store/disk.ts';
import { layoutOf } from '../../src/store/layout.ts';
import { sizeOfStore } from '../../src/store/size.ts';
import { commitText, recipe, refOf } from './samples.ts';
import { temporaryFolder } from './temporary-folder.ts';

const long = new Date('2020-07-13');

it('counts objects, entries, checkpoints and what was set aside, with and without a memory', () => {
  const root = temporaryFolder();
  const memory = join(root, 'memory/sizes');
  expect(sizeOfStore(root, memory)).toEqual({ bytes: 0, objects: 0, entries: 0 });
  const store = openStore(root);
  commitText(store, recipe('a'), 'of a');
  const one = sizeOfStore(root, memory);
  expect(one).toMatchObject({ objects: 1, entries: 1 });
  expect(one.bytes).toBeGreaterThan(4);
  mkdirSync(store.checkpointFolder('k'), { recursive: true });
  writeFileSync(join(store.checkpointFolder('k'), 'state'), '12345');
  mkdirSync(join(root, 'v1/quarantine'));
  writeFileSync(join(root, 'v1/quarantine/x'), '123');
  expect(sizeOfStore(root, memory).bytes).toBe(one.bytes + 8);
  commitText(store, recipe('b'), 'of b, which is longer');
  expect(sizeOfStore(root, memory)).toEqual(sizeOfStore(root, join(root, 'no memory')));
});

it('does not read folders again that are as they were, and notices what comes and goes', () => {
  const root = temporaryFolder();
  const memory = join(root, 'sizes');
  commitText(openStore(root), recipe('a'), 'of a');
  const layout = layoutOf(root);
  const object = layout.object(refOf('of a').digest);
  const folder = join(object, '..');
  utimesSync(folder, long, long);
  const { bytes } = sizeOfStore(root, memory);
  // Changed in place, as nothing of ours does: only who reads it again could tell.
  chmodSync(object, 0o644);
  writeFileSync(object, '123456');
  expect(sizeOfStore(root, memory).bytes).toBe(bytes);
  rmSync(object);
  expect(readdirSync(folder)).toEqual([]);
  expect(sizeOfStore(root, memory).objects).toBe(0);
});

it('does without a memory that is damaged or cannot be written', () => {
  const root = temporaryFolder();
  writeFileSync(join(root, 'sizes'), '{');
  writeFileSync(join(root, 'file'), '');
  expect(sizeOfStore(root, join(root, 'sizes')).bytes).toBe(0);
  expect(sizeOfStore(root, join(root, 'file/sizes')).bytes).toBe(0);
});
