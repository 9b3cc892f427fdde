/**
 * The lease files of this process. Each is a file in the process's own folder that gets the lease's name as a second one, and
 * loses it again: nobody sees it half-written, and no inode is freed for each step that is built (ext4 searches long for one
 * that was not freed a moment ago, so that in a large grid this would cost more than all else).
 */
import { closeSync, fstatSync, statSync } from 'node:fs';
import type { LeaseRecord } from './lease-files.ts';
import { hasCode, type DiskCalls, type Volume } from './volume.ts';

export interface OwnLeaseFile {
  write(record: LeaseRecord): void;
  /** Whether it still has the lease's name, or was taken away. */
  isThere(): boolean;
  release(): void;
}

export interface OwnLeaseFiles {
  /** Undefined where the name is taken. */
  readonly place: (path: string, record: LeaseRecord) => OwnLeaseFile | undefined;
}

/** Where leases lie, and how that folder is changed. */
export interface LeaseFolder extends Pick<Volume, 'creating'> {
  readonly folder: string;
  readonly calls: Pick<DiskCalls, 'linkSync' | 'openSync' | 'rmSync' | 'unlinkSync' | 'writeSync'>;
  /** A path in a folder of this process alone; undefined where it has none, and files are created where they are seen. */
  readonly scratch: Volume['scratch'] | undefined;
}

interface Spare {
  readonly fd: number;
  readonly path: string;
  /** Length of its text. */
  length: number;
}

export function createOwnLeaseFiles({ calls, creating, scratch }: LeaseFolder): OwnLeaseFiles {
  const spares: Spare[] = [];

  const newSpare = (path: string): Spare => ({ fd: create(path), path, length: 0 });

  function create(path: string): number {
    let fd = -1;
    creating(path, () => {
      fd = calls.openSync(path, 'wx');
    });
    return fd;
  }

  /** Written over in place through the open file: it never shrinks, and a file removed by a taker cannot come back. */
  const write = (file: Spare, record: LeaseRecord): void => {
    const text = JSON.stringify(record).padEnd(file.length);
    calls.writeSync(file.fd, text, 0);
    file.length = text.length;
  };

  const held = (path: string, file: Spare, names: number, giveBack: () => void): OwnLeaseFile => {
    const isThere = (): boolean => fstatSync(file.fd).nlink >= names;
    return {
      write: (record) => {
        write(file, record);
      },
      isThere,
      release() {
        // Whoever took the lease over took this name away. Not every file system counts names.
        if (isThere() || fstatSync(file.fd).ino === statSync(path, { throwIfNoEntry: false })?.ino)
          removeFile(path);
        giveBack();
      },
    };
  };

  function removeFile(path: string): void {
    try {
      calls.unlinkSync(path);
    } catch (error) {
      if (!hasCode(error, 'ENOENT')) throw error;
    }
  }

  /** On a file system without second names the file is created where it is seen, and removed. */
  function placeNew(path: string, record: LeaseRecord): OwnLeaseFile | undefined {
    let fd: number;
    try {
      fd = create(path);
    } catch (error) {
      if (hasCode(error, 'EEXIST')) return undefined;
      throw error;
    }
    const file = { fd, path, length: 0 };
    try {
      write(file, record);
    } catch (error) {
      // A full disk: a lease without a name in it would keep everybody waiting.
      closeSync(fd);
      removeFile(path);
      throw error;
    }
    return held(path, file, 1, () => {
      closeSync(fd);
    });
  }

  return {
    place(path, record) {
      if (scratch === undefined) return placeNew(path, record);
      for (;;) {
        const known = spares.pop();
        const file = known ?? newSpare(scratch('lease-'));
        try {
          write(file, record);
        } catch (error) {
          spares.push(file);
          throw error;
        }
        try {
          creating(path, () => {
            calls.linkSync(file.path, path);
          });
          return held(path, file, 2, () => {
            spares.push(file);
          });
        } catch (error) {
          if (hasCode(error, 'EEXIST')) {
            spares.push(file);
            return undefined;
          }
          closeSync(file.fd);
          // Somebody deleted the cache: a new file will do.
          if (known && hasCode(error, 'ENOENT')) continue;
          if (hasCode(error, 'EPERM', 'ENOTSUP', 'ENOSYS', 'EMLINK')) return placeNew(path, record);
          throw error;
        }
      }
    },
  };
}
