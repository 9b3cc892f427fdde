/** Death at every call that changes the disk: whatever is left, it must never be taken for a finished step. */
import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { keyOf, sha256 } from '../../src/key/recipe.ts';
import { collect } from '../../src/store/collect.ts';
import { storeOutput } from '../../src/store/commit.ts';
import { openStore } from '../../src/store/disk.ts';
import { filesOf, type Entry, type Store } from '../../src/store/store.ts';
import { layoutOf, type Layout } from '../../src/store/layout.ts';
import { thisProcess } from '../../src/store/owner.ts';
import { verifyStore } from '../../src/store/verify.ts';
import type { DiskCalls } from '../../src/store/volume.ts';
import { anyEnvKey, facts, file, ignore, never, recipe } from './samples.ts';
import { temporaryFolder } from './temporary-folder.ts';

class Died extends Error {}

/** Calls of which the one with number `fatal` does half of its work or none, and after which nothing happens any more. */
function mortalCalls(fatal: number): { calls: DiskCalls; alive: () => boolean } {
  let count = 0;
  const mortal =
    <A extends readonly unknown[], R>(call: (...args: A) => R, half?: (...args: A) => void) =>
    (...args: A): R => {
      if (++count < fatal) return call(...args);
      if (count === fatal) half?.(...args);
      throw new Died();
    };
  const calls = {
    chmodSync: mortal(fs.chmodSync),
    copyFileSync: mortal(fs.copyFileSync, (from, to) => {
      fs.writeFileSync(to, fs.readFileSync(from).subarray(0, 1));
    }),
    fsyncSync: mortal(fs.fsyncSync),
    linkSync: mortal(fs.linkSync),
    mkdirSync: mortal(fs.mkdirSync as (path: fs.PathLike, options?: object) => string | undefined),
    openSync: mortal(fs.openSync),
    renameSync: mortal(fs.renameSync),
    rmSync: mortal(fs.rmSync, (path) => {
      const state = join(String(path), '000001/state');
      if (fs.existsSync(state)) fs.rmSync(state);
    }),
    rmdirSync: mortal(fs.rmdirSync),
    unlinkSync: mortal(fs.unlinkSync),
    utimesSync: mortal(fs.utimesSync),
    writeFileSync: mortal(
      fs.writeFileSync as (path: fs.PathLike, text: string, options?: object) => void,
      (path, text) => {
        fs.writeFileSync(path, text.slice(0, text.length / 2));
      },
    ),
    writeSync: mortal(fs.writeSync as (fd: number, text: string, at: number) => number, (fd, text) => {
      fs.writeSync(fd, text.slice(0, text.length / 2), 0);
    }),
  };
  return { calls: calls as DiskCalls, alive: () => count < fatal };
}

type Committer = Pick<
  Store,
  'commit' | 'find' | 'object' | 'forget' | 'lease' | 'dropCheckpoint' | 'checkpointFolder'
>;

const steps = [recipe('a'), recipe('b'), recipe('a', { 'backend.version': '2.18' })];

function commitStep(store: Committer, folder: string, index: number): Entry {
  const of = steps[index]!;
  const plain = file(folder, 'plain', `plain ${index}`);
  const twice = file(folder, 'twice', 'the same in all steps');
  if (!fs.existsSync(join(folder, 'other name'))) fs.linkSync(twice.path, join(folder, 'other name'));
  const files = {
    'x/1': file(folder, 'x/1', `one ${index}`),
    '2': file(folder, '2', `two ${index}`),
  };
  return store.commit(
    facts(of, `step-${index}`),
    { plain: { kind: 'file', ...plain }, twice: { kind: 'file', ...twice }, frames: { kind: 'dir', files } },
    anyEnvKey(of),
  ).entry;
}

async function work(store: Committer, folder: string): Promise<void> {
  for (const index of steps.keys()) {
    const key = keyOf(steps[index]!);
    const lease = await store.lease(key, ignore, never);
    const checkpoint = join(store.checkpointFolder(key), '000001');
    fs.mkdirSync(checkpoint, { recursive: true });
    fs.writeFileSync(join(checkpoint, 'state'), 'saved');
    const entry = commitStep(store, join(folder, String(index)), index);
    // `twice` stays unread, so that the next step brings its bytes in over those that the entry before refers to.
    for (const each of filesOf(entry.outputs['frames']!)) await store.object(each);
    store.dropCheckpoint(key);
    lease?.release();
  }
  store.forget(keyOf(steps[0]!));
  commitStep(store, join(folder, 'again'), 0);
}

/** Entries that promise bytes which are not there. */
async function lies(store: Committer): Promise<string[]> {
  const found: string[] = [];
  for (const of of steps) {
    const entry = store.find(keyOf(of));
    for (const [name, output] of Object.entries(entry?.outputs ?? {})) {
      for (const each of filesOf(output)) {
        if ((await store.object(each)) === undefined) found.push(`${entry?.step ?? ''}: ${name}`);
      }
    }
  }
  return found;
}

/** Lets `work` die at every call in turn; `judge` sees what is left each time. */
async function dieEverywhere(
  open: (root: string, calls: DiskCalls) => Committer,
  judge: (root: string, folder: string) => Promise<void>,
): Promise<number> {
  for (let fatal = 1; ; fatal++) {
    const base = temporaryFolder();
    const root = join(base, 'store');
    const { calls, alive } = mortalCalls(fatal);
    await work(open(root, calls), join(base, 'jobs')).catch((error: unknown) => {
      if (!(error instanceof Died)) throw error;
    });
    await judge(root, join(base, 'jobs again'));
    if (alive()) return fatal - 1;
  }
}

it('tells no lie and goes on, wherever it died', async () => {
  const points = await dieEverywhere(
    (root, calls) => openStore(root, { calls }),
    async (root, folder) => {
      const damaged: string[] = [];
      const store = openStore(root, { onDamage: ({ name }) => damaged.push(name) });
      expect(await lies(store)).toEqual([]);
      expect(damaged).toEqual([]);
      const checkpoint = store.checkpointFolder(keyOf(steps[1]!));
      expect(!fs.existsSync(checkpoint) || fs.existsSync(join(checkpoint, '000001/state'))).toBe(true);
      for (const index of steps.keys()) commitStep(store, join(folder, String(index)), index);
      for (const of of steps) {
        expect(store.find(keyOf(of))).toBeDefined();
        expect(store.findAnyEnv(anyEnvKey(of))).toBeDefined();
      }
      expect(await lies(store)).toEqual([]);
    },
  );
  expect(points).toBeGreaterThan(60);
}, 120_000);

it('tells no lie wherever the collector died, and the next collection finishes its work', async () => {
  for (let fatal = 1; ; fatal++) {
    const base = temporaryFolder();
    const root = join(base, 'store');
    await work(openStore(root), join(base, 'jobs'));
    const layout = layoutOf(root);
    retire(layout);
    const needed = new Set([keyOf(steps[1]!)]);
    const options = { needed, force: false, dryRun: false, maxBytes: 0 };
    const { calls, alive } = mortalCalls(fatal);
    try {
      collect(root, { ...options, calls });
    } catch (error) {
      if (!(error instanceof Died)) throw error;
    }
    const damaged: string[] = [];
    const store = openStore(root, { onDamage: ({ name }) => damaged.push(name) });
    expect(await lies(store)).toEqual([]);
    expect(damaged).toEqual([]);
    expect(store.find(keyOf(steps[1]!))).toBeDefined();
    retire(layout);
    collect(root, options);
    expect(await verifyStore(root)).toMatchObject({ entries: 1, objects: 4, damaged: [], lost: [] });
    if (alive()) {
      expect(fatal).toBeGreaterThan(15);
      return;
    }
  }
}, 120_000);

/** As if all processes that used the store so far were gone. */
function retire(layout: Layout): void {
  for (const name of fs.readdirSync(layout.tmp))
    fs.writeFileSync(`${layout.tmp}/${name}/owner`, JSON.stringify({ ...thisProcess(), start: '1' }));
}

it('would catch a store that writes in place, entry first', async () => {
  let caught = 0;
  await dieEverywhere(naiveStore, async (root) => {
    if ((await lies(naiveStore(root, fs)).catch(() => ['unreadable'])).length > 0) caught++;
  });
  expect(caught).toBeGreaterThan(0);
}, 120_000);

/** How not to do it. */
function naiveStore(root: string, calls: DiskCalls): Committer {
  const entryPath = (key: string): string => join(root, key);
  const objectPath = (digest: string): string => join(root, digest);
  return {
    commit(entry, produced) {
      calls.mkdirSync(root, { recursive: true });
      const moves: [string, string][] = [];
      const outputs = Object.entries(produced).map(([name, output]) => {
        const ref = storeOutput(output, ({ path, digest, bytes }) => {
          moves.push([path, objectPath(digest)]);
          return { digest, bytes };
        });
        return [name, ref] as const;
      });
      const whole: Entry = { ...entry, outputs: Object.fromEntries(outputs) };
      calls.writeFileSync(entryPath(entry.key), JSON.stringify(whole));
      for (const [from, to] of moves) calls.copyFileSync(from, to);
      return { entry: whole, differs: [] };
    },
    find: (key) =>
      fs.existsSync(entryPath(key))
        ? (JSON.parse(fs.readFileSync(entryPath(key), 'utf8')) as Entry)
        : undefined,
    async object({ digest }) {
      const path = objectPath(digest);
      return fs.existsSync(path) && sha256(fs.readFileSync(path)) === digest ? path : undefined;
    },
    forget: ignore,
    lease: async () => undefined,
    dropCheckpoint: ignore,
    checkpointFolder: (key) => join(root, `checkpoint-${key}`),
  };
}
