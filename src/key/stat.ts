/** Signatures of files by their stat: equal signature, equal content, but for the racy moment after a write. */
import { statSync } from 'node:fs';

/** Time in which a second write may leave the stat as it is (coarse clocks, network disks). */
export const racyMs = 2000;

/** Undefined where there is nothing to stat. */
export function statSignature(path: string): string | undefined {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  return (
    stat && `${stat.isDirectory() ? 'dir:' : ''}${stat.size}:${stat.mtimeNs}:${stat.ctimeNs}:${stat.ino}`
  );
}

/** A signature to store for later, or undefined where the file is too young to be told apart from its next version. */
export function settledSignature(path: string, now = Date.now()): string | undefined {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stat && Number(stat.mtimeMs) <= now - racyMs ? statSignature(path) : undefined;
}
