import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { errnoText } from '../core/errno.ts';
import { PipelineError, toFailure } from '../core/failure.ts';

/**
 * Makes a folder a user named, and those above it. Step by step, for Node's own recursion never ends where a folder is there but
 * nothing can be made in it, as in /proc. Throws PipelineError.
 */
export function makeFolder(path: string, hint = 'name another one'): void {
  if (isFolder(path)) return;
  if (dirname(path) !== path) makeFolder(dirname(path), hint);
  try {
    mkdirSync(path);
  } catch (error) {
    // Somebody else may have made it meanwhile.
    if (isFolder(path)) return;
    throw new PipelineError({
      reason: toFailure(error, 'usage').reason,
      message: `the folder ${path} cannot be made: ${errnoText(error) ?? 'the file system takes none here'}`,
      hint,
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
