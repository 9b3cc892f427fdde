/** Shows what is appended to a file, as it grows. */
import { closeSync, openSync, readSync } from 'node:fs';

const everyMs = 50;

/** Begins at the file's start, also of one that is not there yet. `end` shows the rest. */
export function follow(path: string, write: (bytes: Uint8Array) => void): { end(): void } {
  let at = 0;
  const show = (): void => {
    let file: number;
    try {
      file = openSync(path, 'r');
    } catch {
      return;
    }
    try {
      const buffer = Buffer.alloc(1 << 16);
      for (let read = 1; read > 0; at += read) {
        read = readSync(file, buffer, 0, buffer.length, at);
        if (read > 0) write(Buffer.from(buffer.subarray(0, read)));
      }
    } finally {
      closeSync(file);
    }
  };
  const timer = setInterval(show, everyMs);
  return {
    end() {
      clearInterval(timer);
      show();
    },
  };
}
