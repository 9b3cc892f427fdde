/** Room and permission where results are kept. */
import { accessSync, constants, statfsSync } from 'node:fs';
import type { Check } from '../../report/doctor-text.ts';
import { bytes, integer } from '../../report/measures.ts';

/** Less room than this is worth a word; much less stops the next step. */
const littleBytes = 2e9;
const fewFiles = 20_000;
const scarceBytes = 1e8;

export interface Room {
  readonly freeBytes: number;
  /** Files that may still be made; null where the file system has no such limit. */
  readonly freeFiles: number | null;
}

/** `shown` is what is said of the place, `folder` an existing one on the same disk. */
export function checkDisk(shown: string, folder: string): Check {
  try {
    accessSync(folder, constants.W_OK);
  } catch {
    const hint = 'make it writable, or set AR_PIPE_CACHE to a folder that is';
    return { name: 'disk', state: 'broken', value: `${shown} is not writable`, hint };
  }
  const { bavail, bsize, files, ffree } = statfsSync(folder);
  return judgeRoom(shown, { freeBytes: bavail * bsize, freeFiles: files > 0 ? ffree : null });
}

/** Pure. */
export function judgeRoom(shown: string, { freeBytes, freeFiles }: Room): Check {
  const value = `${shown}, ${bytes(freeBytes)} free`;
  const hint = 'ar-pipe gc makes room, AR_PIPE_CACHE names a larger disk';
  if (freeBytes < scarceBytes) return { name: 'disk', state: 'broken', value, hint };
  if (freeFiles !== null && freeFiles < fewFiles) {
    const left = `${value}, but room for ${integer(freeFiles)} more files only`;
    return { name: 'disk', state: 'slow', value: left, hint };
  }
  return freeBytes < littleBytes
    ? { name: 'disk', state: 'slow', value, hint }
    : { name: 'disk', state: 'good', value };
}
