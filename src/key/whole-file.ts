/** Files that are there whole or not at all, also after a crash. */
import { randomBytes } from 'node:crypto';
import { lstatSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * Where to put a file together that is then renamed to `path`, whose folder must be there: in the folder `scratch`, which is swept
 * after a crash, where that is on the same file system; else beside it, hidden.
 */
export function unfinishedFor(path: string, scratch: string | undefined): string {
  const folder = dirname(path);
  const isNear = scratch !== undefined && statSync(scratch).dev === statSync(folder).dev;
  // Cut short: the name may already be as long as the system allows.
  const name = `.${basename(path).slice(0, 40)}.${randomBytes(6).toString('hex')}.tmp`;
  return join(isNear ? scratch : folder, name);
}

/** Writes beside the file, then renames; missing folders are made. Where that fails nothing is left behind. */
export function writeWhole(path: string, text: string): void {
  const unfinished = `${path}.${process.pid}.tmp`;
  mkdirSync(dirname(path), { recursive: true });
  try {
    writeFileSync(unfinished, text);
    // In the cache a folder in a file's place is nobody's.
    if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory()) rmSync(path, { recursive: true });
    renameSync(unfinished, path);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}
