/** sha256 of a file's bytes, whatever its size: large files stream through one buffer. */
import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync, type PathLike } from 'node:fs';
import { open } from 'node:fs/promises';
import type { ContentRef } from './manifest.ts';

const chunk = 1 << 20;

/** Used again and again: nothing else runs between two reads, and a new one for each small file would cost more than the file. */
const buffer = Buffer.allocUnsafe(64 << 10);

/** For files up to a few MB, or where waiting is no choice: blocks until done. Rejects like fs.open and fs.read. */
export function hashFileSync(path: PathLike): ContentRef {
  const fd = openSync(path, 'r');
  try {
    const hash = createHash('sha256');
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

/** The same without blocking for longer than one chunk. */
export async function hashFile(path: PathLike): Promise<ContentRef> {
  const file = await open(path, 'r');
  try {
    const hash = createHash('sha256');
    const buffer = Buffer.allocUnsafe(chunk);
    let bytes = 0;
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, chunk, null);
      if (bytesRead === 0) return { digest: hash.digest('hex'), bytes };
      hash.update(buffer.subarray(0, bytesRead));
      bytes += bytesRead;
    }
  } finally {
    await file.close();
  }
}

/** Up to this size reading at once is cheaper than handing it over. */
export const smallFile = chunk;
