/** What lies in a store as a whole, for those who look after it: `verify`, `gc`, `status`. Reads only, in the order of names. */
import { lstatSync, readFileSync, statSync, type Stats } from 'node:fs';
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

/** Checkpoints of unfinished steps, whole folders: `name` is the key. */
export function* checkpointsIn(layout: Layout): Generator<StoredFile> {
  for (const name of namesIn(`${layout.home}/checkpoints`).sort()) {
    const path = layout.checkpoints(name);
    const stat = statIfThere(path);
    if (stat) yield { name, path, bytes: bytesBelow(path), mtimeMs: stat.mtimeMs };
  }
}

/** What was set aside: damaged and forgotten files. */
export function* quarantineIn(layout: Layout): Generator<StoredFile> {
  for (const name of namesIn(`${layout.home}/quarantine`).sort()) {
    const path = layout.quarantine(name);
    const stat = statIfThere(path);
    if (stat) yield { name, path, bytes: stat.size, mtimeMs: stat.mtimeMs };
  }
}

/** Empty where the file has vanished meanwhile, or is none that can be read. */
export function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'EISDIR', 'ELOOP', 'EIO'].includes((error as NodeJS.ErrnoException).code ?? '')) return '';
    throw error;
  }
}

/** Bytes of all files below a folder. */
export function bytesBelow(folder: string): number {
  return namesInFolder(folder).reduce((sum, name) => {
    const path = `${folder}/${name}`;
    const stat = lstatSync(path, { throwIfNoEntry: false });
    return sum + (stat?.isDirectory() ? bytesBelow(path) : (stat?.size ?? 0));
  }, 0);
}
