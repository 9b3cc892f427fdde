/** From the store to where people look: copies of outputs, never links, so that editing them harms nothing. */
import { chmodSync, constants, copyFileSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { hashFile, smallFile } from '../key/digest.ts';
import { unfinishedFor } from '../key/whole-file.ts';
import type { FileRef, OutputRef } from './store.ts';

/**
 * Copies an object to `dest` as an ordinary writable file (mode 0644), sharing its blocks where the file system can.
 * Whoever looks at `dest` meanwhile sees the old file or the whole new one. Missing folders are made. `bytes`: how many it has; a
 * small one is copied at once, since ten thousand of them would wait most of their time for threads. `scratch`: as in unfinishedFor.
 */
export async function copyOut(
  objectPath: string,
  dest: string,
  bytes: number,
  scratch?: string,
): Promise<void> {
  mkdirSync(dirname(dest), { recursive: true });
  const unfinished = unfinishedFor(dest, scratch);
  try {
    if (bytes <= smallFile) copyFileSync(objectPath, unfinished, constants.COPYFILE_FICLONE);
    else await copyFile(objectPath, unfinished, constants.COPYFILE_FICLONE);
    chmodSync(unfinished, 0o644);
    renameSync(unfinished, dest);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}

export interface Exported {
  /** Paths written, for a dir output inside `dest`; what was right already is not among them. */
  readonly written: readonly string[];
  /** Files whose bytes the store has lost. Where there are any, nothing was written. */
  readonly missing: readonly FileRef[];
}

/**
 * Makes `dest` hold an output: the file itself, or for a dir output its files below `dest` (others there are left alone).
 * `objectPathOf` is Store.object; `digestOf` may come from a stat cache, so that an unchanged copy is not read again. `scratch`
 * names a folder for unfinished copies (copyOut) when one is needed.
 */
export async function exportOutput(
  output: OutputRef,
  objectPathOf: (file: FileRef) => Promise<string | undefined>,
  dest: string,
  digestOf: (path: string) => Promise<FileRef> = hashFile,
  scratch?: () => string | undefined,
): Promise<Exported> {
  const wanted: readonly (readonly [string, FileRef])[] =
    output.kind === 'file'
      ? [[dest, output]]
      : Object.entries(output.files).map(([name, file]) => [join(dest, name), file]);
  if (output.kind === 'dir') mkdirSync(dest, { recursive: true });

  const missing: FileRef[] = [];
  const copies: { from: string; to: string; bytes: number }[] = [];
  for (const [to, file] of wanted) {
    if (await holds(to, file, digestOf)) continue;
    const from = await objectPathOf(file);
    if (from === undefined) missing.push(file);
    else copies.push({ from, to, bytes: file.bytes });
  }
  if (missing.length > 0) return { written: [], missing };
  for (const { from, to, bytes } of copies) await copyOut(from, to, bytes, scratch?.());
  return { written: copies.map(({ to }) => to), missing };
}

async function holds(
  path: string,
  file: FileRef,
  digestOf: (path: string) => Promise<FileRef>,
): Promise<boolean> {
  const found = statSync(path, { throwIfNoEntry: false });
  return (
    found?.isFile() === true && found.size === file.bytes && (await digestOf(path)).digest === file.digest
  );
}
