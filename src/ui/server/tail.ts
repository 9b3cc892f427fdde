/** Whole lines as they are appended to a file, read from where the last look ended. */
import { closeSync, openSync, readSync } from 'node:fs';

export interface Tail {
  /** Lines that are new since the last call; none where the file is not there. */
  read(): string[];
}

const CHUNK = 64 * 1024;
const NEWLINE = 0x0a;

export function tailOf(path: string): Tail {
  let offset = 0;
  /** Bytes of a line whose end is not written yet: characters may be cut in two. */
  let rest = Buffer.alloc(0);
  return {
    read() {
      const added = readFrom(path, offset);
      if (added.length === 0) return [];
      offset += added.length;
      const bytes = Buffer.concat([rest, added]);
      const end = bytes.lastIndexOf(NEWLINE) + 1;
      rest = bytes.subarray(end);
      return end === 0 ? [] : bytes.toString('utf8', 0, end - 1).split('\n');
    },
  };
}

function readFrom(path: string, offset: number): Buffer {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return Buffer.alloc(0);
  }
  try {
    const chunks: Buffer[] = [];
    for (let at = offset; ;) {
      const chunk = Buffer.alloc(CHUNK);
      const read = readSync(file, chunk, 0, CHUNK, at);
      if (read === 0) return Buffer.concat(chunks);
      chunks.push(chunk.subarray(0, read));
      at += read;
    }
  } finally {
    closeSync(file);
  }
}
