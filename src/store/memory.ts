/** A store in memory with the contract of the one on disk; only bytes, which others reach by path, are files in `folder`. */
import { chmodSync, copyFileSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { hashFileSync } from '../key/digest.ts';
import { commitWith } from './commit.ts';
import type { OnDamage } from './damage.ts';
import { decodeEntry, encodeEntry } from './entry-text.ts';
import type { Entries } from './entries.ts';
import type { Objects } from './objects.ts';
import type { Entry, Lease, Store } from './store.ts';

/** For tests: nothing outlives the value this returns, and no other process sees it. `folder` must exist. */
export function createMemoryStore(folder: string, onDamage: OnDamage = () => undefined): Store {
  const objects = createObjects(folder, onDamage);
  const entries = createEntries();
  let jobs = 0;
  return {
    durable: false,
    find: entries.find,
    stamp: entries.stamp,
    findAnyEnv: entries.findAnyEnv,
    commit: commitWith(objects, entries),
    adopt: (entry, envlessKey) => void entries.add(entry, envlessKey),
    object: (file) => objects.check(file, false),
    recheck: async (file) => (await objects.check(file, true)) !== undefined,
    has: objects.has,
    ...createLeases(),
    jobFolder() {
      const path = join(folder, `job-${jobs++}`);
      mkdirSync(path);
      return path;
    },
    discardJob(path) {
      rmSync(path, { recursive: true, force: true });
    },
    checkpointFolder: (key) => join(folder, `checkpoint-${key}`),
    dropCheckpoint(key) {
      rmSync(join(folder, `checkpoint-${key}`), { recursive: true, force: true });
    },
    rely: () => undefined,
    forget(key) {
      entries.setAside(key);
    },
  };
}

function createObjects(folder: string, onDamage: OnDamage): Objects {
  const pathOf = (digest: string): string => join(folder, `object-${digest}`);
  return {
    put({ digest, bytes, path }) {
      const copy = `${pathOf(digest)}.new`;
      copyFileSync(path, copy);
      chmodSync(copy, 0o444);
      renameSync(copy, pathOf(digest));
      rmSync(path);
      return { digest, bytes };
    },
    has: ({ digest, bytes }) => statSync(pathOf(digest), { throwIfNoEntry: false })?.size === bytes,
    async check({ digest, bytes }) {
      const path = pathOf(digest);
      if (!existsSync(path)) return undefined;
      const found = hashFileSync(path);
      if (found.digest === digest && found.bytes === bytes) return path;
      rmSync(path);
      onDamage({
        kind: 'object',
        name: digest,
        why: `has bytes with the digest ${found.digest}`,
        movedTo: null,
      });
      return undefined;
    },
  };
}

/** Entries are kept as the text the disk would hold, so that both stores give back the same values. */
function createEntries(): Omit<Entries, 'reindex'> {
  const texts = new Map<string, string>();
  const index = new Map<string, string>();
  const find = (key: string): Entry | undefined => {
    const entry = decodeEntry(texts.get(key) ?? '', key);
    return typeof entry === 'string' ? undefined : entry;
  };
  return {
    find,
    stamp: (key) => texts.get(key),
    findAnyEnv: (envlessKey) => find(index.get(envlessKey) ?? ''),
    add(entry, envlessKey) {
      if (envlessKey !== null && !find(index.get(envlessKey) ?? '')) index.set(envlessKey, entry.key);
      if (texts.has(entry.key)) return false;
      texts.set(entry.key, encodeEntry(entry));
      return true;
    },
    replace: (entry) => void texts.set(entry.key, encodeEntry(entry)),
    setAside(key) {
      texts.delete(key);
      return undefined;
    },
  };
}

function createLeases(): Pick<Store, 'lease' | 'leaseAtOnce'> {
  const held = new Map<string, { released: Promise<void>; release: () => void }>();
  const lease: Store['lease'] = async (key, onWait, signal) => {
    const aborted = new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => {
        resolve();
      });
    });
    let told = false;
    while (!signal.aborted) {
      const other = held.get(key);
      if (!other) return hold(key);
      if (!told) onWait('this process');
      told = true;
      await Promise.race([other.released, aborted]);
    }
    return undefined;
  };
  return { lease, leaseAtOnce: (key) => (held.has(key) ? undefined : hold(key)) };

  function hold(key: string): Lease {
    const { promise, resolve } = resolvable();
    const own = { released: promise, release: resolve };
    held.set(key, own);
    return {
      worker: () => undefined,
      held: () => held.get(key) === own,
      release() {
        if (held.get(key) === own) held.delete(key);
        own.release();
      },
    };
  }
}

function resolvable(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
