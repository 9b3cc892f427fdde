import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { PipelineError } from '../core/failure.ts';

/**
 * Makes a folder a user named, and those above it. Step by step, for Node's own recursion never ends where a folder is there but
 * nothing can be made in it, as in /proc. Throws PipelineError.
 */
export function makeFolder(path: string): void {
  if (isFolder(path)) return;
  if (dirname(path) !== path) makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    // Somebody else may have made it meanwhile.
    if (isFolder(path)) return;
    const { code = '' } = error as NodeJS.ErrnoException;
    throw new PipelineError({
      reason: code === 'ENOSPC' ? 'disk-full' : 'usage',
      message: `the folder ${path} cannot be made: ${reasons[code] ?? (error as Error).message}`,
      hint: 'name another one',
    });
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EEXIST: 'a file is in the way',
  ENOENT: 'the file system takes none here',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a file is in the way',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
};
