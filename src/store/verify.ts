/** Looks at every byte of a store. What is damaged is set aside, so that no run can take it for whole. */
import * as fs from 'node:fs';
import { envlessKeyOf, keyOf } from '../key/recipe.ts';
import type { Damage } from './damage.ts';
import { createEntries, type Entries } from './entries.ts';
import { parseEntry } from './entry-text.ts';
import { entriesIn, indexIn, objectsIn, textOf } from './inventory.ts';
import { layoutOf, refuseNewerFormat, type Layout } from './layout.ts';
import { createObjects } from './objects.ts';
import { filesOf, type Entry } from './store.ts';
import { explained } from './trouble.ts';
import { createVolume, type DiskCalls, type Volume } from './volume.ts';

/** An output whose bytes the store no longer has, though an entry tells of them. */
export interface LostOutput {
  readonly step: string;
  readonly key: string;
  readonly output: string;
  readonly digest: string;
}

export interface Verified {
  readonly objects: number;
  readonly entries: number;
  /** Bytes of all objects that were read. */
  readonly bytes: number;
  readonly damaged: readonly Damage[];
  readonly lost: readonly LostOutput[];
  /** With `repair`: keys whose entries were set aside because bytes are lost; their steps run again when they are needed. */
  readonly repaired: readonly string[];
}

export interface VerifyOptions {
  readonly repair?: boolean;
  /** Told now and then how many bytes have been read. */
  readonly onProgress?: (bytes: number) => void;
  /** The calls that change the disk; for tests that let them fail. */
  readonly calls?: DiskCalls;
}

/** Safe beside runs: what they replace or remove meanwhile counts as neither damaged nor lost. Throws as openStore does. */
export function verifyStore(root: string, options: VerifyOptions = {}): Promise<Verified> {
  return explained(root)(async () => {
    refuseNewerFormat(root);
    return verify(layoutOf(root), options);
  })();
}

async function verify(layout: Layout, options: VerifyOptions): Promise<Verified> {
  const damaged: Damage[] = [];
  const onDamage = (damage: Damage): void => void damaged.push(damage);
  const volume = createVolume(layout, options.calls ?? fs, false);
  const entries = createEntries(volume, onDamage);
  const objects = createObjects(volume, onDamage);

  const keys = [...entriesIn(layout)].map(({ name }) => name);
  const sizes = new Map<string, number>();
  for (const key of keys) {
    const entry = soundEntry(key, entries, onDamage);
    for (const [, file] of filesOfEntry(entry)) sizes.set(file.digest, file.bytes);
  }
  verifyIndex(layout, volume, onDamage);

  let count = 0;
  let bytes = 0;
  for (const object of objectsIn(layout)) {
    // Again: what was written a moment ago is read like all else.
    await objects.check({ digest: object.name, bytes: sizes.get(object.name) ?? object.bytes }, true);
    count++;
    bytes += object.bytes;
    options.onProgress?.(bytes);
  }
  const lost = keys.flatMap((key) => {
    const gone = filesOfEntry(entries.find(key)).filter(([, file]) => !objects.has(file));
    // A collector beside us takes the entry first.
    const entry = gone.length === 0 ? undefined : entries.find(key);
    return entry ? gone.map(([output, { digest }]) => ({ step: entry.step, key, output, digest })) : [];
  });
  const repaired = options.repair ? [...new Set(lost.map(({ key }) => key))] : [];
  for (const key of repaired) entries.setAside(key);
  if (options.repair) {
    for (const key of keys) {
      const entry = entries.find(key);
      if (entry) entries.reindex(entry);
    }
  }
  return { objects: count, entries: keys.length, bytes, damaged, lost, repaired };
}

/** The entry of a key, if its recipe gives that key; else it is set aside. */
function soundEntry(key: string, entries: Entries, onDamage: (damage: Damage) => void): Entry | undefined {
  const entry = entries.find(key);
  if (entry === undefined || keyOf(entry.recipe) === key) return entry;
  const movedTo = entries.setAside(key) ?? null;
  onDamage({ kind: 'entry', name: key, why: 'has a recipe that gives another key', movedTo });
  return undefined;
}

const filesOfEntry = (entry: Entry | undefined): (readonly [string, { digest: string; bytes: number }])[] =>
  Object.entries(entry?.outputs ?? {}).flatMap(([output, ref]) =>
    filesOf(ref).map((file) => [output, file] as const),
  );

/** The index only helps to find: a bad file of it goes. */
function verifyIndex(layout: Layout, { calls }: Volume, onDamage: (damage: Damage) => void): void {
  for (const { name, path } of indexIn(layout)) {
    const entry = parseEntry(textOf(path));
    if (entry && envlessKeyOf(entry.recipe) === name) continue;
    calls.rmSync(path, { recursive: true, force: true });
    onDamage({ kind: 'index', name, why: 'does not hold an entry of its own', movedTo: null });
  }
}
