/** Changes to a store's folder: the calls that make them, folders made when first needed, names for unfinished writes. */
import * as fs from 'node:fs';
import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import { sweepDead } from './dead.ts';
import type { Layout } from './layout.ts';
import { thisProcess } from './owner.ts';

/** Every call that changes the disk; tests bring ones that fail or die. */
export type DiskCalls = Pick<
  typeof fs,
  | 'chmodSync'
  | 'copyFileSync'
  | 'fsyncSync'
  | 'linkSync'
  | 'mkdirSync'
  | 'openSync'
  | 'renameSync'
  | 'rmSync'
  | 'rmdirSync'
  | 'unlinkSync'
  | 'utimesSync'
  | 'writeFileSync'
  | 'writeSync'
>;

export interface Volume {
  readonly layout: Layout;
  readonly calls: DiskCalls;
  /** This process's own folder of the store, made when it is first asked for. */
  own(): string;
  /** A path in it that no one else uses. */
  readonly scratch: (prefix: string) => string;
  /** Runs a call that creates `path`, making its folder first where that is missing. */
  readonly creating: (path: string, call: () => void) => void;
  /** With `durable`, a file that is in its place reaches the disk, bytes and name, before this returns. */
  flush(path: string): void;
  /** Renames a complete file to its place; with `durable` its bytes, and then its name, reach the disk before this returns. */
  settle(from: string, to: string): void;
  /** Renames whatever it is over whatever is there: also a folder, or over one. */
  moveOver(from: string, to: string): void;
  /** Gives a complete file a second name; false where that name is taken already. */
  link(from: string, to: string): boolean;
}

const cacheTag =
  'Signature: 8a477f597d28d172789f06886806bc55\n# Results of ar-pipe. May be deleted: it costs time, never truth.\n';

export function createVolume(layout: Layout, calls: DiskCalls, durable: boolean): Volume {
  const own = `${layout.tmp}/${process.pid}-${randomBytes(6).toString('hex')}`;
  let prepared = false;
  let count = 0;

  /** With `durable` the names of new folders reach the disk too: a file that is there in a folder that is not is lost. */
  const makeFolder = (path: string): void => {
    let first: string | undefined;
    try {
      first = calls.mkdirSync(path, { recursive: true });
    } catch (error) {
      if (!hasCode(error, 'ENOENT')) throw error;
      // What Node says of a file system that cannot be written: the plain call tells.
      makeFolder(dirname(path));
      calls.mkdirSync(path);
      first = path;
    }
    if (first === undefined || !durable) return;
    for (let made = path; made.length >= first.length; made = dirname(made)) flush(dirname(made));
  };

  const creating = (path: string, call: () => void): void => {
    try {
      call();
    } catch (error) {
      if (!hasCode(error, 'ENOENT')) throw error;
      makeFolder(dirname(path));
      // Tried again even if the folder was there by now: another process may have made it since the call failed.
      call();
    }
  };

  const prepare = (): void => {
    // First: on a full disk it makes room.
    sweepDead(layout, calls);
    calls.mkdirSync(own, { recursive: true });
    calls.writeFileSync(`${own}/owner`, JSON.stringify(thisProcess()));
    for (const [name, text] of [
      ['CACHEDIR.TAG', cacheTag],
      ['.gitignore', '*\n'],
    ] as const) {
      const path = `${layout.home}/${name}`;
      if (!fs.existsSync(path)) calls.writeFileSync(path, text);
    }
    prepared = true;
  };

  const ownFolder = (): string => {
    if (!prepared) prepare();
    return own;
  };

  const flush = (path: string): void => {
    if (!durable) return;
    const fd = fs.openSync(path, 'r');
    try {
      calls.fsyncSync(fd);
    } finally {
      fs.closeSync(fd);
    }
  };

  const settle = (from: string, to: string): void => {
    flush(from);
    creating(to, () => {
      calls.renameSync(from, to);
    });
    flush(dirname(to));
  };

  return {
    layout,
    calls,
    creating,
    flush(path) {
      flush(path);
      flush(dirname(path));
    },
    own: ownFolder,
    scratch: (prefix) => `${ownFolder()}/${prefix}${count++}`,
    settle,
    moveOver(from, to) {
      const move = (): void => {
        creating(to, () => {
          calls.renameSync(from, to);
        });
      };
      try {
        move();
      } catch (error) {
        if (!hasCode(error, 'EISDIR', 'ENOTDIR', 'ENOTEMPTY', 'EEXIST')) throw error;
        calls.rmSync(to, { recursive: true, force: true });
        move();
      }
    },
    link(from, to) {
      flush(from);
      try {
        creating(to, () => {
          calls.linkSync(from, to);
        });
      } catch (error) {
        if (hasCode(error, 'EEXIST')) return false;
        if (!hasCode(error, 'EPERM', 'ENOTSUP', 'ENOSYS', 'EMLINK')) throw error;
        // A file system without hard links: of two writers at the same moment the last one wins, with equal right.
        if (fs.existsSync(to)) return false;
        const copy = `${from}-copy`;
        calls.copyFileSync(from, copy);
        settle(copy, to);
      }
      flush(dirname(to));
      return true;
    },
  };
}

export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && codes.includes((error as NodeJS.ErrnoException).code ?? '');
}
