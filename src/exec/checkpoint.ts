/**
 * Checkpoints of one key: `<folder>/<number>/` are complete, the highest number is the latest; `saving-*` is being written.
 * A save is write, rename, remove the older ones: a crash at any moment leaves the old or the new one, never half of one.
 */
import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Checkpoint } from '../pipeline/stage.ts';

const complete = /^\d{6,}$/;

/** `durable`: a checkpoint is on the disk, name and all, before the older ones go, so that a power cut leaves one of them. */
export function openCheckpoint(folder: string, durable = false): Checkpoint {
  let number = newest(folder);
  const pathOf = (n: number) => join(folder, String(n).padStart(6, '0'));
  let last: Promise<void> = Promise.resolve();

  async function save(write: (folder: string) => void | Promise<void>): Promise<void> {
    const next = number + 1;
    const unfinished = join(folder, `saving-${process.pid}-${next}`);
    rmSync(unfinished, { recursive: true, force: true });
    mkdirSync(unfinished, { recursive: true });
    await write(unfinished);
    if (durable) flushTree(unfinished);
    renameSync(unfinished, pathOf(next));
    if (durable) for (const each of [folder, dirname(folder)]) flush(each);
    number = next;
    for (const name of readdirSync(folder)) {
      if (name !== pathOf(next).slice(folder.length + 1))
        rmSync(join(folder, name), { recursive: true, force: true });
    }
  }

  return {
    get latest() {
      return number === 0 ? null : pathOf(number);
    },
    save(write) {
      // One after the other, also when the stage does not wait; a failed save is reported to its own caller only.
      const saved = last.then(() => save(write));
      last = saved.catch(() => undefined);
      return saved;
    },
  };
}

/** The files first, then the folders that name them. */
function flushTree(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) flushTree(path);
    else if (entry.isFile()) flush(path);
  }
  flush(folder);
}

function flush(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Number of the newest complete checkpoint, 0 if there is none. */
function newest(folder: string): number {
  try {
    return Math.max(
      0,
      ...readdirSync(folder)
        .filter((name) => complete.test(name))
        .map(Number),
    );
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}
