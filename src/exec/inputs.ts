/** The input side of a job folder: the needs under their own names, as links into the store and the project. */
import { mkdirSync, readdirSync, rmSync, symlinkSync, unlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Job } from './executor.ts';

/** Makes the job's links. Folders that an earlier job of the same needs left are used again; its links are not. */
export function prepareInputs({ folder, needs, links }: Pick<Job, 'folder' | 'needs' | 'links'>): void {
  for (const need of namesIn(join(folder, 'in'))) {
    if (need in needs)
      for (const name of namesIn(join(folder, 'in', need))) remove(join(folder, 'in', need, name));
    else remove(join(folder, 'in', need));
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

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // Not made yet.
    return [];
  }
}

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // A folder.
    rmSync(path, { recursive: true, force: true });
  }
}
