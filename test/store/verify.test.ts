/** `verify`: every kind of damage is found, said once, and out of the way afterwards. */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { keyOf } from '../../src/key/recipe.ts';
import { openStore } from '../../src/store/disk.ts';
import { encodeEntry } from '../../src/store/entry-text.ts';
import { layoutOf, storeFormat, type Layout } from '../../src/store/layout.ts';
import { verifyStore } from '../../src/store/verify.ts';
import { anyEnvKey, commitText, recipe, refOf } from './samples.ts';
import { temporaryFolder } from './temporary-folder.ts';

const a = recipe('a');
const key = keyOf(a);

/** A store with the results of two steps. */
function filled(): { root: string; layout: Layout } {
  const root = temporaryFolder();
  const store = openStore(root);
  commitText(store, a, 'of a');
  commitText(store, recipe('b'), 'of b');
  return { root, layout: layoutOf(root) };
}

const whole = { objects: 2, entries: 2, bytes: 8, damaged: [], lost: [], repaired: [] };
const lostA = { step: 'count', key, output: 'count.json', digest: refOf('of a').digest };

it('finds nothing wrong with a good store, and nothing at all in one that is not there', async () => {
  expect(await verifyStore(filled().root)).toEqual(whole);
  const absent = join(temporaryFolder(), 'store');
  expect(await verifyStore(absent, { repair: true })).toEqual({ ...whole, objects: 0, entries: 0, bytes: 0 });
  expect(existsSync(absent)).toBe(false);
});

it.each([
  [
    'a flipped byte',
    (path: string) => {
      writeFileSync(path, 'oF a');
    },
    /^has bytes with the digest/,
  ],
  [
    'a lost end',
    (path: string) => {
      truncateSync(path, 2);
    },
    /^has 2 bytes instead of 4$/,
  ],
])('finds %s in an object, whose result is then lost', async (_what, harm, why) => {
  const { root, layout } = filled();
  const path = layout.object(refOf('of a').digest);
  chmodSync(path, 0o644);
  harm(path);
  const found = await verifyStore(root);
  expect(found).toMatchObject({ objects: 2, lost: [lostA], repaired: [] });
  expect(found.damaged).toMatchObject([
    { kind: 'object', name: refOf('of a').digest, why: expect.stringMatching(why) as string },
  ]);
  expect(existsSync(found.damaged[0]!.movedTo!)).toBe(true);
  expect(existsSync(path)).toBe(false);
  // Said once; what is lost stays so until it is repaired.
  expect(await verifyStore(root)).toMatchObject({ damaged: [], lost: [lostA] });
});

it('with repair, takes away what promises lost bytes, so that the step counts as not built', async () => {
  const { root, layout } = filled();
  rmSync(layout.object(refOf('of a').digest));
  expect(openStore(root).find(key)).toBeDefined();
  expect(await verifyStore(root, { repair: true })).toMatchObject({ lost: [lostA], repaired: [key] });
  expect(openStore(root).find(key)).toBeUndefined();
  expect(openStore(root).findAnyEnv(anyEnvKey(a))).toBeUndefined();
  expect(await verifyStore(root)).toMatchObject({ damaged: [], lost: [], entries: 1 });
});

it('sets aside an entry that is damaged, belongs to another key, or has a recipe of another key', async () => {
  const { root, layout } = filled();
  const put = (name: string, text: string): void => {
    mkdirSync(dirname(layout.entry(name)), { recursive: true });
    rmSync(layout.entry(name), { force: true });
    writeFileSync(layout.entry(name), text);
  };
  const entry = openStore(root).find(key)!;
  put(key, encodeEntry(entry).slice(0, -9));
  put('1'.repeat(64), encodeEntry(entry));
  put('2'.repeat(64), encodeEntry({ ...entry, key: '2'.repeat(64) }));
  const found = await verifyStore(root);
  expect(found.damaged.map(({ kind, name }) => [kind, name[0]])).toEqual(
    [
      ['entry', '1'],
      ['entry', '2'],
      ['entry', key[0]],
    ].sort((x, y) => (x[1]! < y[1]! ? -1 : 1)),
  );
  expect(readdirSync(join(root, `v${storeFormat}`, 'quarantine'))).toHaveLength(3);
  expect(await verifyStore(root)).toMatchObject({ damaged: [], entries: 1 });
});

it('removes a bad file of the index, and with repair makes it anew', async () => {
  const { root, layout } = filled();
  const index = layout.anyEnv(anyEnvKey(a));
  rmSync(index);
  copyFileSync(layout.entry(keyOf(recipe('b'))), index);
  expect((await verifyStore(root)).damaged).toMatchObject([{ kind: 'index', name: anyEnvKey(a) }]);
  expect(openStore(root).findAnyEnv(anyEnvKey(a))).toBeUndefined();
  expect(await verifyStore(root, { repair: true })).toEqual(whole);
  expect(openStore(root).findAnyEnv(anyEnvKey(a))?.key).toBe(key);
});

it('refuses a newer store', async () => {
  const root = temporaryFolder();
  mkdirSync(join(root, `v${storeFormat + 1}`));
  await expect(async () => verifyStore(root)).rejects.toMatchObject({ failure: { reason: 'usage' } });
});
