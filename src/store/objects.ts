/** Bytes by digest. Nothing is believed unread: an object counts once this process has seen that it is what its name says. */
import * as fs from 'node:fs';
import { PipelineError } from '../core/failure.ts';
import { hashFile, hashFileSync, smallFile } from '../key/digest.ts';
import { contentSignature, isSettled, sizeIn } from '../key/stat.ts';
import type { OnDamage } from './damage.ts';
import type { FileRef, ProducedFile } from './store.ts';
import { hasCode, type Volume } from './volume.ts';

export interface Objects {
  readonly put: (file: ProducedFile) => FileRef;
  readonly has: (file: FileRef) => boolean;
  /** Path of bytes known to be right, or undefined. `again`: do not rely on a look so recent that a later write may hide. */
  readonly check: (file: FileRef, again: boolean) => Promise<string | undefined>;
}

/** A file changed this recently is young to everybody. */
const youngMs = 60_000;

interface Seen {
  readonly signature: string;
  /** Old enough at that time for any later write to show in the signature. */
  readonly settled: boolean;
}

export function createObjects(volume: Volume, onDamage: OnDamage): Objects {
  const { layout, calls } = volume;
  const good = new Map<string, Seen>();
  const bad = new Set<string>();

  const isKnown = (digest: string, signature: string, again: boolean): boolean => {
    const seen = good.get(digest);
    return seen?.signature === signature && (seen.settled || !again);
  };

  const remember = (digest: string, signature: string): void => {
    good.set(digest, { signature, settled: isSettled(signature) });
  };

  const quarantine = (digest: string, why: string): void => {
    good.delete(digest);
    const movedTo = layout.quarantine(`object-${digest}`);
    if (bad.has(digest)) return;
    try {
      volume.moveOver(layout.object(digest), movedTo);
      onDamage({ kind: 'object', name: digest, why, movedTo });
    } catch {
      // In a store that cannot be written the bytes stay where they are and are never used by this process.
      bad.add(digest);
      onDamage({ kind: 'object', name: digest, why, movedTo: null });
    }
  };

  return {
    put(file) {
      const { digest, bytes } = file;
      const path = layout.object(digest);
      const signature = good.has(digest) ? contentSignature(path) : undefined;
      if (signature !== undefined && isKnown(digest, signature, false) && touchIfThere(path)) {
        // It may be there from a run that did not wait for the disk.
        volume.flush(path);
        const touched = contentSignature(path);
        if (touched !== undefined) remember(digest, touched);
        calls.rmSync(file.path, { force: true });
      } else {
        // Fresh bytes replace what is there unread, so that building a step again also heals the store.
        good.delete(digest);
        bad.delete(digest);
        bringIn(file);
      }
      return { digest, bytes };
    },
    has: ({ digest, bytes }) =>
      !bad.has(digest) && fs.statSync(layout.object(digest), { throwIfNoEntry: false })?.size === bytes,
    async check({ digest, bytes }, again) {
      const path = layout.object(digest);
      for (;;) {
        const signature = contentSignature(path);
        if (signature === undefined || bad.has(digest)) return undefined;
        if (isKnown(digest, signature, again)) return path;
        const why = await whatIsWrong(path, sizeIn(signature), digest, bytes);
        // Somebody healed, touched or changed it while it was read: what was found says nothing about it now.
        if (contentSignature(path) !== signature) continue;
        if (why === undefined) {
          remember(digest, signature);
          return path;
        }
        quarantine(digest, why);
        return undefined;
      }
    },
  };

  function touch(path: string): void {
    const now = new Date();
    calls.utimesSync(path, now, now);
  }

  /** False where a collector has just taken it: a touch in time keeps it. And where it is another user's, whose file only he may touch. */
  function touchIfThere(path: string): boolean {
    try {
      touch(path);
      return true;
    } catch (error) {
      if (hasCode(error, 'ENOENT', 'EPERM', 'EACCES')) return false;
      throw error;
    }
  }

  /** Into its place, out of which a folder goes first, if somebody put one there. */
  function settle(from: string, digest: string): void {
    const path = layout.object(digest);
    try {
      volume.settle(from, path);
    } catch (error) {
      if (!hasCode(error, 'EISDIR', 'ENOTEMPTY', 'EEXIST')) throw error;
      if (!fs.lstatSync(path, { throwIfNoEntry: false })?.isDirectory()) throw error;
      quarantine(digest, 'is a folder');
      bad.delete(digest);
      volume.settle(from, path);
    }
  }

  /** Moves a regular file that has no other name; copies everything else, whose bytes others might still reach, and removes the name. */
  function bringIn(file: ProducedFile): void {
    const stat = fs.lstatSync(file.path, { throwIfNoEntry: false });
    if (!stat) throw vanished(file, 'is gone');
    if (stat.isFile() && stat.nlink === 1) {
      if (stat.size !== file.bytes) throw vanished(file, `has ${stat.size} bytes instead of ${file.bytes}`);
      if ((stat.mode & 0o777) !== 0o444) calls.chmodSync(file.path, 0o444);
      // A file that keeps the time of something older would look to a collector as if it had lain here for long.
      if (Math.abs(Date.now() - stat.mtimeMs) > youngMs) touch(file.path);
      try {
        settle(file.path, file.digest);
        return;
      } catch (error) {
        if (!hasCode(error, 'EXDEV')) throw error;
      }
    }
    const copy = volume.scratch('object-');
    try {
      volume.creating(copy, () => {
        calls.copyFileSync(file.path, copy, fs.constants.COPYFILE_FICLONE);
      });
      const size = fs.statSync(copy).size;
      if (size !== file.bytes) throw vanished(file, `has ${size} bytes instead of ${file.bytes}`);
      calls.chmodSync(copy, 0o444);
      settle(copy, file.digest);
      calls.rmSync(file.path, { force: true });
    } catch (error) {
      calls.rmSync(copy, { force: true });
      throw error;
    }
  }
}

async function whatIsWrong(
  path: string,
  size: number,
  digest: string,
  bytes: number,
): Promise<string | undefined> {
  try {
    if (size !== bytes) return `has ${size} bytes instead of ${bytes}`;
    const found = bytes <= smallFile ? hashFileSync(path) : await hashFile(path);
    return found.digest === digest ? undefined : `has bytes with the digest ${found.digest}`;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return 'is gone';
    if (hasCode(error, 'EIO', 'EISDIR')) return 'cannot be read';
    throw error;
  }
}

function vanished(file: ProducedFile, what: string): PipelineError {
  return new PipelineError({
    reason: 'object-corrupt',
    message: `output ${file.path} ${what}: it changed after it was hashed`,
    hint: 'does the stage leave a process behind that still writes?',
  });
}
