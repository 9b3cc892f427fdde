/** The collector on a real store: what goes, what stays, and who may be working meanwhile. */
import * as fs from 'node:fs';
import { existsSync, mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { keyOf } from '../../src/key/recipe.ts';
import { collect, type CollectOptions } from '../../src/store/collect.ts';
import { openStore } from '../../src/store/disk.ts';
import { sizeOfStore } from '../../src/store/size.ts';
import { layoutOf, type Layout } from '../../src/store/layout.ts';
import { processId, thisProcess } from '../../src/store/owner.ts';
import type { Store } from '../../src/store/store.ts';
import { verifyStore } from '../../src/store/verify.ts';
import { anyEnvKey, commitText, ignore, never, recipe, refOf } from './samples.ts';
import { temporaryFolder } from './temporary-folder.ts';

const [a, b] = [recipe('a'), recipe('b')];
const all: CollectOptions = { needed: new Set(), force: false, dryRun: false, maxBytes: 0 };
const long = new Date('2020-07-13');

let root: string;
let layout: Layout;
let store: Store;
beforeEach(() => {
  root = temporaryFolder();
  layout = layoutOf(root);
  store = openStore(root);
  commitText(store, a, 'of a');
  commitText(store, b, 'of b');
});

/** As if the processes so far had ended long ago. */
function retire(): void {
  for (const name of readdirSync(layout.tmp)) {
    writeFileSync(`${layout.tmp}/${name}/owner`, JSON.stringify({ ...thisProcess(), start: '1' }));
  }
}

const entry = (of: typeof a) => openStore(root).find(keyOf(of));
const hasObject = (text: string): boolean => existsSync(layout.object(refOf(text).digest));

describe('results', () => {
  it('go with their entries, objects and second names, and the rest is whole', async () => {
    retire();
    const done = collect(root, { ...all, needed: new Set([keyOf(b)]) });
    expect(done).toMatchObject({ evicted: [{ step: 'count', key: keyOf(a), because: 'size' }], needed: 1 });
    expect(entry(a)).toBeUndefined();
    expect(existsSync(layout.anyEnv(anyEnvKey(a)))).toBe(false);
    expect(hasObject('of a')).toBe(false);
    expect(entry(b)).toBeDefined();
    expect(await verifyStore(root)).toMatchObject({ objects: 1, entries: 1, damaged: [], lost: [] });
    expect(done.bytesAfter).toBe(sizeOfStore(root, join(root, 'sizes')).bytes);
    expect(done.overBytes).toBe(done.bytesAfter);
  });

  it('are only named by a dry run', () => {
    retire();
    const before = fs.readdirSync(root, { recursive: true });
    const told = collect(root, { ...all, dryRun: true });
    expect(told).toMatchObject({ dryRun: true, bytesAfter: 0, overBytes: 0 });
    expect(told.evicted.map(({ key }) => key).sort()).toEqual([keyOf(a), keyOf(b)].sort());
    expect(fs.readdirSync(root, { recursive: true })).toEqual(before);
    expect({ ...collect(root, all), dryRun: true }).toEqual(told);
  });

  it('that a live process made or relies on stay, even by force', () => {
    retire();
    const other = openStore(root);
    other.rely([keyOf(a)]);
    commitText(other, recipe('c'), 'of c');
    const done = collect(root, { ...all, force: true });
    expect(done.evicted.map(({ key }) => key)).toEqual([keyOf(b)]);
    expect(done.inUse).toBe(2);
    expect([entry(a), entry(recipe('c'))].every(Boolean)).toBe(true);
    expect(hasObject('of a')).toBe(true);
  });

  it('that a process comes to rely on in mid-collection stay, with their objects', () => {
    retire();
    const late = openStore(root);
    let relied = false;
    // The first change a collection makes is its own folder in tmp/.
    const mkdirSync = ((...args: Parameters<typeof fs.mkdirSync>) => {
      if (!relied) late.rely([keyOf(a)]);
      relied = true;
      return fs.mkdirSync(...args);
    }) as typeof fs.mkdirSync;
    const done = collect(root, { ...all, calls: { ...fs, mkdirSync } });
    expect(done.evicted.map(({ key }) => key)).toEqual([keyOf(b)]);
    expect([entry(a) !== undefined, hasObject('of a'), hasObject('of b')]).toEqual([true, true, false]);
  });

  it('go by age alone where no size is given', () => {
    retire();
    utimesSync(layout.entry(keyOf(a)), long, long);
    const done = collect(root, { ...all, maxBytes: undefined, maxAgeMs: 3600e3 });
    expect(done.evicted).toMatchObject([{ key: keyOf(a), because: 'age' }]);
    expect(entry(b)).toBeDefined();
  });
});

describe('garbage', () => {
  const only: CollectOptions = { ...all, maxBytes: undefined };

  it('goes: objects nobody refers to, what was set aside, folders of dead processes', () => {
    store.forget(keyOf(a));
    writeFileSync(join(store.jobFolder(), 'left'), '12345');
    retire();
    const done = collect(root, only);
    expect(done).toMatchObject({ evicted: [], inUse: 0 });
    expect(hasObject('of a')).toBe(false);
    expect(readdirSync(layout.tmp)).toEqual([]);
    expect(readdirSync(join(layout.home, 'quarantine'))).toEqual([]);
    expect(entry(b)).toBeDefined();
    expect(done.bytesAfter).toBe(sizeOfStore(root, join(root, 'sizes')).bytes);
  });

  it('stays while it may be what a live process is about to commit', () => {
    store.forget(keyOf(a));
    collect(root, only);
    expect(hasObject('of a')).toBe(true);
    const object = layout.object(refOf('of a').digest);
    utimesSync(object, long, long);
    collect(root, only);
    expect(existsSync(object)).toBe(false);
  });

  it('is put back where somebody counted on it between finding and taking', () => {
    store.forget(keyOf(a));
    retire();
    const object = layout.object(refOf('of a').digest);
    const renameSync: typeof fs.renameSync = (from, to) => {
      if (from === object) utimesSync(object, new Date(), new Date());
      fs.renameSync(from, to);
    };
    collect(root, { ...only, calls: { ...fs, renameSync } });
    expect(existsSync(object)).toBe(true);
  });

  it('is brought in again by a step that gives the same bytes while it is taken', async () => {
    const object = (await store.object(refOf('of a')))!;
    let taken = false;
    const calls: typeof fs = {
      ...fs,
      utimesSync(path, ...times) {
        // The collector is quicker by a hair.
        if (path === object && !taken) rmSync(object);
        taken = true;
        fs.utimesSync(path, ...times);
      },
    };
    const second = openStore(root, { calls });
    await second.object(refOf('of a'));
    commitText(second, recipe('c'), 'of a');
    expect(await openStore(root).object(refOf('of a'))).toBe(object);
  });
});

describe('checkpoints', () => {
  const checkpoint = (key: string): string => {
    const folder = store.checkpointFolder(key);
    mkdirSync(join(folder, '000001'), { recursive: true });
    writeFileSync(join(folder, '000001/state'), 'x'.repeat(100));
    return folder;
  };

  it('go before results, unless a target needs the step or somebody is building it', async () => {
    const [old, needed, held] = ['1', '2', '3'].map((digit) => digit.repeat(64)) as [string, string, string];
    const folders = [old, needed, held].map(checkpoint);
    const lease = await store.lease(held, ignore, never);
    retire();
    const needs = new Set([needed, keyOf(a), keyOf(b)]);
    const done = collect(root, { ...all, needed: needs });
    expect(done.evicted).toMatchObject([{ kind: 'checkpoint', step: null, key: old, bytes: 100 }]);
    expect(folders.map((folder) => existsSync(folder))).toEqual([false, true, true]);
    lease?.release();
  });
});

it('makes nothing where there is no store', () => {
  const absent = join(temporaryFolder(), 'store');
  expect(collect(absent, all)).toMatchObject({ bytesBefore: 0, bytesAfter: 0, evicted: [] });
  expect(existsSync(absent)).toBe(false);
});

describe('a full disk', () => {
  it('can be made room on: what goes is moved aside without a folder of its own', async () => {
    retire();
    const full = (): never => {
      throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
    };
    const calls = { ...fs, mkdirSync: full as unknown as typeof fs.mkdirSync, writeFileSync: full };
    const done = collect(root, { ...all, calls });
    expect(done.evicted).toHaveLength(2);
    expect([hasObject('of a'), hasObject('of b'), entry(a), entry(b)]).toEqual([
      false,
      false,
      undefined,
      undefined,
    ]);
    expect(readdirSync(layout.home).filter((name) => name.startsWith('collected-'))).toEqual([]);
  });

  it('of a collector that died there, the next one takes what it had moved aside', () => {
    writeFileSync(join(layout.home, 'collected-0123-0'), 'left');
    mkdirSync(join(layout.home, 'collected-0123-1/inner'), { recursive: true });
    expect(collect(root, { ...all, maxBytes: undefined }).garbage.files).toBeGreaterThanOrEqual(2);
    expect(readdirSync(layout.home).filter((name) => name.startsWith('collected-'))).toEqual([]);
  });
});

describe('leases', () => {
  const leave = (key: string, record: object): void => {
    mkdirSync(layout.leases, { recursive: true });
    const owner = { ...thisProcess(), token: 't', workers: [], beat: 0 };
    writeFileSync(`${layout.leases}/${key}.0`, JSON.stringify({ ...owner, ...record }));
  };

  it('of the dead go, and those of the living, of their workers and of strangers stay', () => {
    leave('dead', { start: '1' });
    leave('computing', { start: '1', workers: [processId(process.pid)] });
    leave('elsewhere', { host: 'elsewhere', boot: 'other' });
    leave('old', { host: 'elsewhere', boot: 'other' });
    utimesSync(`${layout.leases}/old.0`, long, long);
    leave('living', {});
    writeFileSync(`${layout.leases}/empty.0`, '');
    collect(root, { ...all, maxBytes: undefined });
    expect(readdirSync(layout.leases).sort()).toEqual(['computing.0', 'elsewhere.0', 'empty.0', 'living.0']);
  });
});

it('takes folders that were set aside', () => {
  mkdirSync(layout.quarantine('object-x/inner'), { recursive: true });
  collect(root, { ...all, maxBytes: undefined });
  expect(readdirSync(`${layout.home}/quarantine`)).toEqual([]);
});
