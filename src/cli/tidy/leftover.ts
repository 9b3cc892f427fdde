/** What may go of a checkout's state, and its removal. */
import { lstatSync, rmSync } from 'node:fs';

export interface Leftover {
  readonly path: string;
  readonly files: number;
  readonly bytes: number;
  /** Of a file: when it was found. One that was touched since is of use to somebody. */
  readonly mtimeMs?: number;
}

export interface Amount {
  readonly files: number;
  readonly bytes: number;
}

/** Undefined where it has vanished meanwhile. */
export function fileAt(path: string): Required<Leftover> | undefined {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  return stat && { path, files: 1, bytes: stat.size, mtimeMs: stat.mtimeMs };
}

/** How much went. What cannot be removed stays: a file too many harms nobody. */
export function remove(leftovers: readonly Leftover[], dryRun: boolean): Amount {
  const gone = leftovers.filter((leftover) => dryRun || tryRemove(leftover));
  return {
    files: gone.reduce((sum, { files }) => sum + files, 0),
    bytes: gone.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

function tryRemove({ path, mtimeMs }: Leftover): boolean {
  try {
    if (mtimeMs !== undefined && fileAt(path)?.mtimeMs !== mtimeMs) return false;
    rmSync(path, { recursive: true, force: true });
    return true;
  } catch {
    return false;
  }
}
