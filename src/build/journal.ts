/**
 * A file of named texts, one a line, of which the last of each name counts:
 *
 *     <crc32 of the rest, 8 hex> <name> <text>
 *
 * One read tells all of a hundred thousand names, where as many small files would take seconds. A line is appended by one
 * write, so that several processes may do so at once. One that a crash cut off, or that was damaged, does not count; the one
 * before it does. What has been outlived is left out when the file is next written to, once it is more than half of it.
 */
import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';

export interface Journal {
  /** The last text of a name as it was when the journal was opened. */
  get(name: string): string | undefined;
  /** All that have a text. */
  names(): Iterable<string>;
  /** `name` has no spaces, `text` no line breaks. Throws what the disk throws. */
  add(name: string, text: string): void;
}

/** Below this size nobody minds what was outlived. */
const smallBytes = 1 << 20;
const newline = 10;
const checkLength = 8;

export function openJournal(path: string): Journal {
  let known: Pick<Journal, 'get' | 'names'> | undefined;
  let fd: number | undefined;

  const append = (line: Buffer): void => {
    fd ??= openToAppend(path);
    writeWhole(fd, line);
  };
  return {
    get: (name) => (known ??= openToRead(path)).get(name),
    names: () => (known ??= openToRead(path)).names(),
    add(name, text) {
      const line = lineOf(name, text);
      append(line);
      // Rewritten by another process, or removed, since it was opened: what was written there nobody will see.
      if (fstatSync(fd!).nlink > 0) return;
      closeSync(fd!);
      fd = undefined;
      append(line);
    },
  };
}

function lineOf(name: string, text: string): Buffer {
  const rest = Buffer.from(` ${name} ${text}`);
  return Buffer.concat([Buffer.from(checkOf(rest)), rest, Buffer.of(newline)]);
}

const checkOf = (rest: Buffer): string => crc32(rest).toString(16).padStart(checkLength, '0');

interface Line {
  readonly start: number;
  readonly textAt: number;
  readonly end: number;
}

interface Lines {
  /** Where the lines that count lie, by name. */
  readonly counting: ReadonlyMap<string, Line>;
  /** Bytes up to the end of the last whole line. */
  readonly whole: number;
}

/** Reads the file a piece at a time: all of it would be the most memory a run needs at once. */
function linesIn(fd: number): Lines {
  const counting = new Map<string, Line>();
  let buffer = Buffer.allocUnsafe(smallBytes);
  /** Where in the file the buffer begins, and how much of it is the beginning of a line. */
  let base = 0;
  let kept = 0;
  const note = (start: number, end: number): void => {
    const nameAt = start + checkLength + 1;
    const textAt = buffer.indexOf(' ', nameAt) + 1;
    if (textAt <= nameAt || textAt > end) return;
    if (checkOf(buffer.subarray(nameAt - 1, end)) !== buffer.toString('latin1', start, nameAt - 1)) return;
    const name = buffer.toString('utf8', nameAt, textAt - 1);
    counting.set(name, { start: base + start, textAt: base + textAt, end: base + end });
  };
  for (;;) {
    if (kept === buffer.length) buffer = Buffer.concat([buffer, Buffer.allocUnsafe(buffer.length)]);
    const read = readSync(fd, buffer, kept, buffer.length - kept, base + kept);
    const length = kept + read;
    let start = 0;
    for (let end; (end = buffer.indexOf(newline, start)) >= 0 && end < length; start = end + 1)
      note(start, end);
    if (read === 0) {
      if (start < length) note(start, length);
      return { counting, whole: base + start };
    }
    buffer.copy(buffer, 0, start, length);
    kept = length - start;
    base += start;
  }
}

/** Texts are read from the file again when they are asked for: all of them would take more memory than a run has use for. */
function openToRead(path: string): Pick<Journal, 'get' | 'names'> {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch {
    // Absent, or not readable: nothing is known.
    return { get: () => undefined, names: () => [] };
  }
  const { counting } = linesIn(fd);
  let buffer = Buffer.alloc(0);
  return {
    names: () => counting.keys(),
    get(name) {
      const line = counting.get(name);
      if (!line) return undefined;
      const length = line.end - line.textAt;
      if (buffer.length < length) buffer = Buffer.allocUnsafe(2 * length);
      const read = readSync(fd, buffer, 0, length, line.textAt);
      return buffer.toString('utf8', 0, read);
    },
  };
}

/** Leaves out what was outlived first, where that is worth it. */
function openToAppend(path: string): number {
  mkdirSync(dirname(path), { recursive: true });
  const fd = openSync(path, 'a+');
  const { size } = fstatSync(fd);
  const lines = size > smallBytes ? linesIn(fd) : undefined;
  const live = [...(lines?.counting.values() ?? [])].reduce(
    (sum, { start, end }) => sum + end - start + 1,
    0,
  );
  if (!lines || live > size / 2) {
    // A line that was cut off must not swallow the next one.
    if (size > 0 && lastByte(fd, size) !== newline) writeSync(fd, '\n');
    return fd;
  }
  const bytes = readFrom(fd, 0);
  const counting = [...lines.counting.values()].map(({ start, end }) => bytes.subarray(start, end));
  const fresh = rewrite(path, counting);
  // What others appended meanwhile; whoever appends later finds that the file is no longer in its place.
  const late = readFrom(fd, lines.whole);
  writeWhole(fresh, late);
  if (late.length > 0 && late.at(-1) !== newline) writeSync(fresh, '\n');
  closeSync(fd);
  return fresh;
}

function rewrite(path: string, lines: readonly Buffer[]): number {
  const unfinished = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(unfinished, Buffer.concat(lines.flatMap((line) => [line, Buffer.of(newline)])));
    const fresh = openSync(unfinished, 'a+');
    renameSync(unfinished, path);
    return fresh;
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}

function readFrom(fd: number, from: number): Buffer {
  const bytes = Buffer.allocUnsafe(Math.max(0, fstatSync(fd).size - from));
  let length = 0;
  for (let read; length < bytes.length; length += read) {
    read = readSync(fd, bytes, length, bytes.length - length, from + length);
    if (read === 0) break;
  }
  return bytes.subarray(0, length);
}

function lastByte(fd: number, size: number): number | undefined {
  const byte = Buffer.alloc(1);
  return readSync(fd, byte, 0, 1, size - 1) === 1 ? byte[0] : undefined;
}

function writeWhole(fd: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at);
}
