/** Entries by key, and the index by key without environment. */
import { readFileSync } from 'node:fs';
import { envlessKeyOf } from '../key/recipe.ts';
import type { OnDamage } from './damage.ts';
import { decodeEntry, encodeEntry } from './entry-text.ts';
import type { Entry } from './store.ts';
import { hasCode, type Volume } from './volume.ts';

export interface Entries {
  readonly find: (key: string) => Entry | undefined;
  readonly findAnyEnv: (envlessKey: string) => Entry | undefined;
  /** False where the key has an entry already, which stays. */
  readonly add: (entry: Entry) => boolean;
  readonly replace: (entry: Entry) => void;
  /** Says in the index that `key` is the newest of its kind. */
  readonly index: (envlessKey: string, key: string) => void;
  /** Moves the entry out of the way, if there is one. */
  readonly setAside: (key: string) => string | undefined;
}

export function createEntries(volume: Volume, onDamage: OnDamage): Entries {
  const { layout, calls } = volume;
  const saidBad = new Set<string>();

  const write = (prefix: string, text: string): string => {
    const path = volume.scratch(prefix);
    volume.creating(path, () => {
      calls.writeFileSync(path, text, { mode: 0o444 });
    });
    return path;
  };

  const setAside = (key: string): string | undefined => {
    const to = layout.quarantine(`entry-${key}.json`);
    try {
      volume.creating(to, () => {
        calls.renameSync(layout.entry(key), to);
      });
      return to;
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return undefined;
      throw error;
    }
  };

  /** Reading goes on where the store cannot be written: the damaged entry then stays, and is said to be so once. */
  const damaged = (key: string, why: string): void => {
    let movedTo: string | null;
    try {
      movedTo = setAside(key) ?? null;
    } catch {
      if (saidBad.has(key)) return;
      saidBad.add(key);
      movedTo = null;
    }
    onDamage({ kind: 'entry', name: key, why, movedTo });
  };

  const find = (key: string): Entry | undefined => {
    const text = readText(layout.entry(key));
    if (text === undefined) return undefined;
    const entry = decodeEntry(text, key);
    if (typeof entry !== 'string') return entry;
    damaged(key, entry);
    return undefined;
  };

  return {
    find,
    setAside,
    findAnyEnv(envlessKey) {
      const key = readText(layout.anyEnv(envlessKey))?.trim();
      if (key === undefined || !/^[0-9a-f]{64}$/.test(key)) return undefined;
      const entry = find(key);
      // The index carries no digest of its own, so it is believed only where the recipe agrees.
      return entry && envlessKeyOf(entry.recipe) === envlessKey ? entry : undefined;
    },
    add: (entry) => volume.settleFirst(write('entry-', encodeEntry(entry)), layout.entry(entry.key)),
    replace(entry) {
      volume.settle(write('entry-', encodeEntry(entry)), layout.entry(entry.key));
    },
    index(envlessKey, key) {
      volume.settle(write('index-', `${key}\n`), layout.anyEnv(envlessKey));
    },
  };
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
