/** The end of a step's log. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const MOST_BYTES = 64 * 1024;

/** Last `count` lines, oldest first, without empty ones at the end; none where the log cannot be read. */
export function logTail(path: string, count = 10): string[] {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return [];
  }
  try {
    const { size } = fstatSync(file);
    const from = Math.max(0, size - MOST_BYTES);
    const buffer = Buffer.alloc(size - from);
    const read = readSync(file, buffer, 0, buffer.length, from);
    const text = buffer.toString('utf8', 0, read).trimEnd();
    return text === '' ? [] : text.split(/\r?\n/).slice(-count);
  } catch {
    return [];
  } finally {
    closeSync(file);
  }
}
