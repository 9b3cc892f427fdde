/** Digests of output files, made where the files were made. */
import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import type { FileRef } from '../store/store.ts';

let buffer: Buffer | undefined;

/** sha256 and size of a file of any size, read a megabyte at a time: a worker has nothing else to do meanwhile. */
export function digestFile(path: string): FileRef {
  buffer ??= Buffer.allocUnsafe(1024 * 1024);
  const hash = createHash('sha256');
  const fd = openSync(path, 'r');
  try {
    let bytes = 0;
    for (;;) {
      const read = readSync(fd, buffer, 0, buffer.length, null);
      if (read === 0) return { digest: hash.digest('hex'), bytes };
      hash.update(buffer.subarray(0, read));
      bytes += read;
    }
  } finally {
    closeSync(fd);
  }
}
