/** Signatures of files by their stat: equal signature, equal content, but for the racy moment after a write. */
import { statSync, type BigIntStats } from 'node:fs';

/** Time in which a second write may leave the stat as it is (coarse clocks, network disks). */
export const racyMs = 2000;

/** Undefined where there is nothing to stat. */
export function statSignature(path: string): string | undefined {
  const stat = statOf(path);
  return (
    stat && `${stat.isDirectory() ? 'dir:' : ''}${stat.size}:${stat.mtimeNs}:${stat.ctimeNs}:${stat.ino}`
  );
}

/**
 * The same for a file that only this tool writes: without the time of the last change of names and rights, since a second name
 * for it changes no bytes.
 */
export function contentSignature(path: string): string | undefined {
  const stat = statOf(path);
  return stat && `${stat.size}:${stat.mtimeNs}:${stat.ino}`;
}

/** A signature to store for later, or undefined where the file is too young to be told apart from its next version. */
export function settledSignature(path: string, now = Date.now()): string | undefined {
  const signature = statSignature(path);
  return signature !== undefined && isSettled(signature, now) ? signature : undefined;
}

/**
 * Whether what this was the signature of was old enough then for any later write to show. Whoever sets the time of a file back (cp -p,
 * rsync, tar) leaves its ctime as the only witness, which is one within the same second where the file system counts seconds.
 */
export function isSettled(signature: string, now = Date.now()): boolean {
  const [, mtimeNs, ...more] = signature.replace('dir:', '').split(':');
  const isOld = (ns: string): boolean => Number(ns) / 1e6 <= now - racyMs;
  return isOld(mtimeNs!) && more.slice(0, -1).every((ctimeNs) => !/0{9}$/.test(ctimeNs) || isOld(ctimeNs));
}

/** Bytes of the file. */
export const sizeIn = (signature: string): number => Number(signature.split(':')[0]);

/** A link that leads round in a circle, or a name below a file, is nothing. */
function statOf(path: string): BigIntStats | undefined {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false });
  } catch (error) {
    if (['ELOOP', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
