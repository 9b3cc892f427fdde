/** The input side of a job folder: the needs under their own names, as links into the store and the project. */
import { mkdirSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Job } from './executor.ts';

/**
 * Makes the job's links. Folders that an earlier job of the same needs left are used again. Its links are put aside, to be
 * deleted with all else that the process leaves: ext4 searches long for an inode that was not freed a moment ago.
 */
export function prepareInputs({ folder, needs, links }: Pick<Job, 'folder' | 'needs' | 'links'>): void {
  for (const { name: need, path } of entriesIn(join(folder, 'in'))) {
    if (need in needs) for (const left of entriesIn(path)) clear(left, join(dirname(folder), 'used'));
    else remove(path);
  }
  for (const [path, target] of links) {
    if (target === null) mkdirSync(path, { recursive: true });
    else link(target, path);
  }
}

function link(target: string, path: string): void {
  try {
    symlinkSync(target, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(target, path);
  }
}

interface Left {
  readonly name: string;
  readonly path: string;
  readonly isLink: boolean;
}

function entriesIn(folder: string): Left[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).map((entry) => ({
      name: entry.name,
      path: join(folder, entry.name),
      isLink: entry.isSymbolicLink(),
    }));
  } catch {
    // Not made yet.
    return [];
  }
}

let count = 0;

function clear({ path, isLink }: Left, aside: string): void {
  if (!isLink) {
    remove(path);
    return;
  }
  const to = join(aside, `${process.pid}-${count++}`);
  try {
    renameSync(path, to);
  } catch {
    mkdirSync(aside, { recursive: true });
    renameSync(path, to);
  }
}

function remove(path: string): void {
  rmSync(path, { recursive: true, force: true });
}
