/**
 * Where everything lies in a store. Plain files only; whatever is not an object or an entry can be made again.
 *
 *     <root>/v1/                      one folder a format number: another format never reads this one by accident
 *       CACHEDIR.TAG  .gitignore      backups and git leave the store alone
 *       objects/ab/cdef…              bytes, named by their sha256, mode 0444
 *       entries/ab/<key>.json         what one built step gave (entry-text.ts)
 *       any-env/ab/<envless key>      index: the newest key with this recipe under any environment
 *       leases/<key>.<n>              who is building the key now; the highest n counts (leases.ts)
 *       checkpoints/<key>/            saved state of an unfinished step
 *       tmp/<process>/                unfinished writes and job folders of one process, and who that is
 *       quarantine/                   damaged or forgotten files, kept to be looked at
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { PipelineError } from '../core/failure.ts';

/** Number of the format drawn above. A change that old code would misread gets the next number. */
export const storeFormat = 1;

export interface Layout {
  readonly root: string;
  /** The folder of this format: everything below lies in it. */
  readonly home: string;
  readonly leases: string;
  readonly tmp: string;
  object(digest: string): string;
  entry(key: string): string;
  anyEnv(envlessKey: string): string;
  checkpoints(key: string): string;
  quarantine(name: string): string;
}

export function layoutOf(root: string): Layout {
  const home = join(root, `v${storeFormat}`);
  // Hot paths are built by hand: join() would cost more than the rest of a lookup in a grid of 100,000 steps.
  return {
    root,
    home,
    leases: `${home}/leases`,
    tmp: `${home}/tmp`,
    object: (digest) => `${home}/objects/${digest.slice(0, 2)}/${digest.slice(2)}`,
    entry: (key) => `${home}/entries/${key.slice(0, 2)}/${key}.json`,
    anyEnv: (key) => `${home}/any-env/${key.slice(0, 2)}/${key}`,
    checkpoints: (key) => `${home}/checkpoints/${key}`,
    quarantine: (name) => `${home}/quarantine/${name}`,
  };
}

/** Throws a PipelineError (usage) where a newer ar-pipe has written to this store; an absent store is fine. */
export function refuseNewerFormat(root: string): void {
  const newest = Math.max(0, ...namesIn(root).map((name) => Number(/^v(\d+)$/.exec(name)?.[1] ?? 0)));
  if (newest <= storeFormat) return;
  throw new PipelineError({
    reason: 'usage',
    message: `the store at ${root} was written by a newer ar-pipe: it has format ${newest}, this one knows ${storeFormat}`,
    hint: 'update ar-pipe, or set AR_PIPE_CACHE to another folder',
  });
}

/** Names in a folder; none where there is no such folder. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
