import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { manifestRef } from '../../src/key/manifest.ts';
import { keyOf, type Recipe } from '../../src/key/recipe.ts';
import { createDirectoryRemote } from '../../src/remote/directory.ts';
import { anyEnvPath, entryPath, objectPath } from '../../src/remote/remote.ts';
import { createRemoteResults, type RemoteResults } from '../../src/remote/results.ts';
import { newPrivateKey, signed, signerOf, type Signer, type Trust } from '../../src/remote/signature.ts';
import { encodeEntry } from '../../src/store/entry-text.ts';
import { createMemoryStore } from '../../src/store/memory.ts';
import type { Entry, Store } from '../../src/store/store.ts';
import { anyEnvKey, commitText, facts, file, recipe, refOf } from '../store/samples.ts';
import { temporaryFolder } from '../store/temporary-folder.ts';

const anna = signerOf(newPrivateKey());
const ben = signerOf(newPrivateKey());

interface Side {
  readonly store: Store;
  readonly results: RemoteResults;
  /** Why results were not taken. */
  readonly refused: string[];
}

/** One cache, and checkouts of people who use it. */
function cacheOf() {
  const folder = join(temporaryFolder(), 'cache');
  const at = (path: string): string => join(folder, path);
  return {
    at,
    /** By default of Anna, who trusts herself. */
    side({
      signer = anna,
      trust = new Set([anna.publicKey]),
    }: { signer?: Signer; trust?: Trust } = {}): Side {
      const place = temporaryFolder();
      mkdirSync(join(place, 'store'));
      const store = createMemoryStore(join(place, 'store'));
      const refused: string[] = [];
      const remote = createDirectoryRemote(folder);
      const onRefused = (_: string, why: string): void => void refused.push(why);
      return { store, refused, results: createRemoteResults({ remote, store, trust, signer, onRefused }) };
    },
    spoil(path: string, change: (bytes: Buffer) => Buffer | string): void {
      const bytes = readFileSync(at(path));
      chmodSync(at(path), 0o644);
      writeFileSync(at(path), change(bytes));
    },
    /** Puts an entry there as only somebody with the key can. */
    plant(entry: Entry, key = entry.key): void {
      mkdirSync(join(at(entryPath(key)), '..'), { recursive: true });
      writeFileSync(at(entryPath(key)), signed(encodeEntry(entry).trimEnd(), anna));
    },
  };
}

function commitFolder(store: Store): Entry {
  const of: Recipe = { ...recipe('dir'), outputs: ['count.json', 'dir:frames'] };
  const job = store.jobFolder();
  const files = { 'b/2.txt': file(job, 'b/2.txt', 'two'), '1.txt': file(job, '1.txt', 'one') };
  const count = { kind: 'file', ...file(job, 'count.json', '2') } as const;
  return store.commit(facts(of), { frames: { kind: 'dir', files }, 'count.json': count }, null).entry;
}

it('what one shares another finds, with all bytes', async () => {
  const cache = cacheOf();
  const [here, there] = [cache.side(), cache.side()];
  const entry = commitFolder(here.store);
  expect(await there.results.find(entry.key, null)).toBeUndefined();
  expect(await here.results.share(entry)).toEqual({ isNew: true, files: 3, bytes: 7, differs: false });
  expect(await here.results.share(entry)).toEqual({ isNew: false, files: 0, bytes: 0, differs: false });
  expect(await there.results.find(entry.key, null)).toEqual(entry);
  expect(there.store.find(entry.key)).toEqual(entry);
  expect(readFileSync((await there.store.object(refOf('two')))!, 'utf8')).toBe('two');
  expect(statSync(cache.at(objectPath(refOf('two').digest))).mode & 0o777).toBe(0o444);
  expect(readdirSync(cache.at('v1/tmp'))).toEqual([]);
});

it.each<[what: string, spoil: (cache: ReturnType<typeof cacheOf>, entry: Entry) => void, why: RegExp]>([
  [
    'a flipped byte',
    (cache) => {
      cache.spoil(objectPath(refOf('two').digest), () => 'twO');
    },
    /lacks the bytes of frames/,
  ],
  [
    'bytes cut short',
    (cache) => {
      cache.spoil(objectPath(refOf('two').digest), () => 't');
    },
    /lacks the bytes of frames/,
  ],
  [
    'an entry cut short',
    (cache, { key }) => {
      cache.spoil(entryPath(key), (text) => text.subarray(0, 100));
    },
    /not signed/,
  ],
  [
    'a changed entry',
    (cache, { key }) => {
      cache.spoil(entryPath(key), (text) => text.toString().replace('"ms":3', '"ms":4'));
    },
    /false signature/,
  ],
  [
    'a signature taken off',
    (cache, { key }) => {
      cache.spoil(entryPath(key), (text) => text.toString().split('\n')[0]!);
    },
    /not signed/,
  ],
])('%s in the cache is a miss, and sharing again heals it', async (_, spoil, why) => {
  const cache = cacheOf();
  const [here, there] = [cache.side(), cache.side()];
  const entry = commitFolder(here.store);
  await here.results.share(entry);
  spoil(cache, entry);
  expect(await there.results.find(entry.key, null)).toBeUndefined();
  expect(there.refused.join()).toMatch(why);
  expect(there.store.find(entry.key)).toBeUndefined();
  await here.results.share(entry, true);
  expect(await there.results.find(entry.key, null)).toEqual(entry);
});

it('a cache that lost bytes, or an entry, gets them again', async () => {
  const cache = cacheOf();
  const [here, there] = [cache.side(), cache.side()];
  const entry = commitFolder(here.store);
  await here.results.share(entry);
  cache.spoil(entryPath(entry.key), () => '');
  expect(await here.results.share(entry)).toMatchObject({ isNew: true, files: 0 });
  expect(await there.results.find(entry.key, null)).toEqual(entry);
});

it('results of people who are not trusted are not used, whatever else is right', async () => {
  const cache = cacheOf();
  const evil = cache.side({ signer: ben, trust: new Set([ben.publicKey]) });
  const entry = commitFolder(evil.store);
  await evil.results.share(entry);
  const here = cache.side();
  expect(await here.results.find(entry.key, null)).toBeUndefined();
  expect(here.refused).toEqual([`is signed by ${ben.publicKey}, who is not trusted`]);
  const careless = cache.side({ trust: 'anyone' });
  expect(await careless.results.find(entry.key, null)).toEqual(entry);
});

const made = (change: (entry: Entry) => Entry): Entry => {
  const of = recipe('a');
  const outputs = { 'count.json': { kind: 'file', ...refOf('1') } } as const;
  return change({ ...facts(of), outputs });
};
const dirOf = (
  files: Entry['outputs'][string] extends infer O ? (O extends { files: infer F } ? F : never) : never,
) => ({
  kind: 'dir' as const,
  files,
  ...manifestRef(files),
});

it.each<[what: string, entry: Entry, why: RegExp]>([
  ['of another key', made((entry) => ({ ...entry, key: keyOf(recipe('b')) })), /another key/],
  ['of another recipe', made((entry) => ({ ...entry, recipe: recipe('b') })), /another key/],
  [
    'with an output too many',
    made((entry) => ({ ...entry, outputs: { ...entry.outputs, more: { kind: 'file', ...refOf('2') } } })),
    /other outputs/,
  ],
  ['without its output', made((entry) => ({ ...entry, outputs: {} })), /other outputs/],
  [
    'with a folder for a file',
    made((entry) => ({ ...entry, outputs: { 'count.json': dirOf({}) } })),
    /other outputs/,
  ],
  [
    'that climbs out of its folder',
    made((entry) => ({ ...entry, outputs: { '../../evil': { kind: 'file', ...refOf('1') } } })),
    /no entry/,
  ],
  [
    'with a file that climbs',
    made((entry) => ({ ...entry, outputs: { 'count.json': dirOf({ 'a/../../../evil': refOf('1') }) } })),
    /no entry/,
  ],
  [
    'with a digest that is a path',
    made((entry) => ({
      ...entry,
      outputs: { 'count.json': { kind: 'file', digest: '../../../../etc/passwd', bytes: 1 } },
    })),
    /no entry/,
  ],
  [
    'with less than no bytes',
    made((entry) => ({ ...entry, outputs: { 'count.json': { kind: 'file', ...refOf('1'), bytes: -1 } } })),
    /no entry/,
  ],
])('an entry %s is refused, even signed', async (_, entry, why) => {
  const cache = cacheOf();
  cache.plant(entry, keyOf(recipe('a')));
  const here = cache.side();
  expect(await here.results.find(keyOf(recipe('a')), null)).toBeUndefined();
  expect(here.refused.join()).toMatch(why);
});

it('a result that came out otherwise is told, and the first one stays', async () => {
  const cache = cacheOf();
  const [here, there] = [cache.side(), cache.side()];
  const first = commitText(here.store, recipe('a'), '1').entry;
  await here.results.share(first);
  const second = commitText(there.store, recipe('a'), '2').entry;
  expect(await there.results.share(second)).toEqual({ isNew: false, files: 0, bytes: 0, differs: true });
  expect(await cache.side().results.find(first.key, null)).toEqual(first);
});

it('a result of another kind of machine is found by its recipe, where that counts', async () => {
  const cache = cacheOf();
  const [here, there] = [cache.side(), cache.side()];
  const [fast, slow] = [recipe('a', { backend: 'tensorflow' }), recipe('a', { backend: 'wasm' })];
  const { entry } = commitText(here.store, fast, '1');
  await here.results.share(entry);
  expect(await there.results.find(keyOf(slow), null)).toBeUndefined();
  expect(await there.results.find(keyOf(slow), anyEnvKey(slow))).toEqual(entry);
  expect(there.store.findAnyEnv(anyEnvKey(slow))).toEqual(entry);
  expect(there.store.find(keyOf(slow))).toBeUndefined();
});

it('a result under the name of another recipe is refused', async () => {
  const cache = cacheOf();
  const of = recipe('b');
  const entry: Entry = { ...facts(of), outputs: { 'count.json': { kind: 'file', ...refOf('1') } } };
  mkdirSync(join(cache.at(anyEnvPath(anyEnvKey(recipe('a')))), '..'), { recursive: true });
  writeFileSync(cache.at(anyEnvPath(anyEnvKey(recipe('a')))), signed(encodeEntry(entry).trimEnd(), anna));
  const here = cache.side();
  expect(await here.results.find(keyOf(recipe('a')), anyEnvKey(recipe('a')))).toBeUndefined();
  expect(here.refused).toEqual(['belongs to another key']);
});
