/** What lies in a store as a whole, for those who look after it: `verify`, `gc`, `status`. Reads only, in the order of names. */
import { statSync, type Stats } from 'node:fs';
import { namesIn, type Layout } from './layout.ts';

export interface StoredFile {
  /** Digest of an object, key of an entry, envless key of an index file. */
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  /** Milliseconds since 1970; of an object: when it was last made, by whichever step. */
  readonly mtimeMs: number;
}

const hex = /^[0-9a-f]{64}$/;

export function objectsIn(layout: Layout): Generator<StoredFile> {
  return filesIn(`${layout.home}/objects`, (folder, file) => folder + file);
}

export function entriesIn(layout: Layout): Generator<StoredFile> {
  return filesIn(`${layout.home}/entries`, (_folder, file) =>
    file.endsWith('.json') ? file.slice(0, -'.json'.length) : '',
  );
}

export function indexIn(layout: Layout): Generator<StoredFile> {
  return filesIn(`${layout.home}/any-env`, (_folder, file) => file);
}

/** Files whose name is one of the store's; others are none of its business. What vanishes meanwhile is left out. */
function* filesIn(root: string, nameOf: (folder: string, file: string) => string): Generator<StoredFile> {
  for (const folder of namesIn(root).sort()) {
    for (const file of namesInFolder(`${root}/${folder}`).sort()) {
      const name = nameOf(folder, file);
      if (!hex.test(name)) continue;
      const path = `${root}/${folder}/${file}`;
      const stat = statIfThere(path);
      if (stat) yield { name, path, bytes: stat.size, mtimeMs: stat.mtimeMs };
    }
  }
}

/** As namesIn, and none for what is no folder. */
function namesInFolder(path: string): string[] {
  return statIfThere(path)?.isDirectory() ? namesIn(path) : [];
}

function statIfThere(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}

export interface StoreSize {
  /** Of objects and entries together. */
  readonly bytes: number;
  readonly objects: number;
  readonly entries: number;
}

export function sizeOfStore(layout: Layout): StoreSize {
  let bytes = 0;
  let objects = 0;
  let entries = 0;
  for (const file of objectsIn(layout)) {
    objects++;
    bytes += file.bytes;
  }
  for (const file of entriesIn(layout)) {
    entries++;
    bytes += file.bytes;
  }
  return { bytes, objects, entries };
}
