/** The removals of the collector (collect.ts), each safe beside processes that read and write the same store. */
import { lstatSync, existsSync } from 'node:fs';
import { parseEntry } from './entry-text.ts';
import type { Eviction } from './evictions.ts';
import { indexIn, textOf, type StoredFile } from './inventory.ts';
import type { Layout } from './layout.ts';
import { isLeased } from './lease-files.ts';
import { liveProcesses } from './reliance.ts';
import { hasCode, type Volume } from './volume.ts';

/** So many removals go by before it is asked again who relies on what. */
const batch = 64;

/** Takes away entries and checkpoints; those that went. What a process has begun to rely on meanwhile stays. */
export function evictAll(evictions: readonly Eviction[], volume: Volume): Eviction[] {
  const { layout } = volume;
  let inUse = new Set<string>();
  return evictions.filter(({ candidate: { kind, key } }, i) => {
    if (i % batch === 0) inUse = new Set(liveProcesses(layout, Date.now()).flatMap(({ keys }) => keys));
    if (inUse.has(key)) return false;
    if (kind === 'result') {
      volume.calls.rmSync(layout.entry(key), { force: true });
      return true;
    }
    if (isLeased(layout.leases, key)) return false;
    removeFolder(layout.checkpoints(key), volume);
    return true;
  });
}

/** Files of the index whose entry is gone. */
export function danglingIndex(layout: Layout): StoredFile[] {
  return [...indexIn(layout)].filter(({ path }) => {
    const entry = parseEntry(textOf(path));
    return !entry || !existsSync(layout.entry(entry.key));
  });
}

/** Removes files that are still what they were when they were found. */
export function removeGarbage(files: Iterable<StoredFile>, volume: Volume): void {
  for (const { path, mtimeMs } of files) {
    const aside = volume.scratch('garbage-');
    try {
      volume.calls.renameSync(path, aside);
    } catch (error) {
      if (hasCode(error, 'ENOENT')) continue;
      throw error;
    }
    // Brought in or touched since: somebody counts on it. A good newer one may have taken its place already.
    if (lstatSync(aside).mtimeMs !== mtimeMs) volume.link(aside, path);
    // What was set aside may be a folder that lay where a file should be.
    volume.calls.rmSync(aside, { recursive: true, force: true });
  }
}

/** Away in one piece first: half a checkpoint must not look like one to resume from. */
export function removeFolder(path: string, volume: Volume): void {
  const aside = volume.scratch('checkpoint-');
  try {
    volume.calls.renameSync(path, aside);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return;
    throw error;
  }
  volume.calls.rmSync(aside, { recursive: true, force: true });
}
