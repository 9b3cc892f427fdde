/** Entries by key, and the index by key without environment. */
import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { statSignature } from '../key/stat.ts';
import { envlessKeyOf } from '../key/recipe.ts';
import type { OnDamage } from './damage.ts';
import { decodeEntry, encodeEntry, parseEntry } from './entry-text.ts';
import type { Entry } from './store.ts';
import { hasCode, type Volume } from './volume.ts';

export interface Entries {
  readonly find: (key: string) => Entry | undefined;
  /** Its file is only ever made, replaced by another one or removed: while the stat is the same, so is what it says. */
  readonly stamp: (key: string) => string | undefined;
  readonly findAnyEnv: (envlessKey: string) => Entry | undefined;
  /** False where the key has an entry already, which stays. The first entry of its kind also enters the index. */
  readonly add: (entry: Entry, envlessKey: string | null) => boolean;
  readonly replace: (entry: Entry) => void;
  /** Puts a stored entry into the index, where there is none of its kind. */
  readonly reindex: (entry: Entry) => void;
  /** Moves the entry out of the way, if there is one. */
  readonly setAside: (key: string) => string | undefined;
}

export function createEntries(volume: Volume, onDamage: OnDamage): Entries {
  const { layout, calls } = volume;
  const saidBad = new Set<string>();

  const write = (entry: Entry): string => {
    const path = volume.scratch('entry-');
    volume.creating(path, () => {
      calls.writeFileSync(path, encodeEntry(entry), { mode: 0o444 });
    });
    return path;
  };

  const setAside = (key: string): string | undefined => {
    if (!lstatSync(layout.entry(key), { throwIfNoEntry: false })) return undefined;
    const to = layout.quarantine(`entry-${key}.json`);
    try {
      volume.moveOver(layout.entry(key), to);
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

  /** The index holds a second name of the entry's file: no more to write, and it carries its own digest. */
  const findAnyEnv = (envlessKey: string): Entry | undefined => {
    const text = readText(layout.anyEnv(envlessKey));
    const indexed = text === undefined ? undefined : parseEntry(text);
    if (indexed === undefined || envlessKeyOf(indexed.recipe) !== envlessKey) return undefined;
    return find(indexed.key);
  };

  const index = (text: string, envlessKey: string): void => {
    const path = layout.anyEnv(envlessKey);
    if (volume.link(text, path) || findAnyEnv(envlessKey)) return;
    const fresh = volume.scratch('index-');
    volume.link(text, fresh);
    volume.settle(fresh, path);
  };

  return {
    find,
    stamp: (key) => statSignature(layout.entry(key)),
    findAnyEnv,
    setAside,
    add(entry, envlessKey) {
      const text = write(entry);
      // Before the entry: one that is not there yet does no harm in the index, one missing from it would be found no more.
      if (envlessKey !== null) index(text, envlessKey);
      const added = volume.link(text, layout.entry(entry.key));
      calls.unlinkSync(text);
      return added;
    },
    replace(entry) {
      volume.settle(write(entry), layout.entry(entry.key));
    },
    reindex(entry) {
      const envlessKey = envlessKeyOf(entry.recipe);
      if (envlessKey !== null) index(layout.entry(entry.key), envlessKey);
    },
  };
}

function readText(path: string): string | undefined {
  try {
    // Most of what is looked for in a first run is not there, and an error costs ten times as much as this.
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    // A folder, or a link in a circle, where the entry should be: as damaged as an empty file.
    if (hasCode(error, 'EISDIR', 'ELOOP', 'EIO')) return '';
    throw error;
  }
}
