/** Files that grow by lines while a run goes on. */
import { appendFileSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface Appender {
  /** One line, without its newline. */
  add(line: string): void;
  /** Writes out what waits. */
  flush(): void;
}

const FLUSH_MS = 200;
const FLUSH_LENGTH = 1 << 20;

/**
 * Many quick lines become one write a few times a second: a kill loses at most the last moment. The folder is made at the
 * first write. A disk that cannot be written ends it, with one call of `lost`.
 */
export function appender(path: string, lost: (error: unknown) => void): Appender {
  let waiting = '';
  let begun = false;
  let broken = false;
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (waiting === '' || broken) return;
    try {
      if (!begun) mkdirSync(dirname(path), { recursive: true });
      begun = true;
      appendFileSync(path, waiting);
    } catch (error) {
      broken = true;
      lost(error);
    }
    waiting = '';
  };
  return {
    add(line) {
      if (broken) return;
      waiting += `${line}\n`;
      if (waiting.length > FLUSH_LENGTH) flush();
      else timer ??= setTimeout(flush, FLUSH_MS).unref();
    },
    flush,
  };
}

export interface Kept {
  readonly files: number;
  /** Of all files together; the newest stays however large it is. */
  readonly bytes: number;
}

/** Of the runs before the present one. A run of a hundred thousand steps takes 15 MB. */
export const keptRuns: Kept = { files: 199, bytes: 256 * 2 ** 20 };

/** Removes all but the newest files of a folder whose names sort by time, and those that are still written to. */
export function keepNewest(
  folder: string,
  suffix: string,
  { files, bytes }: Kept = keptRuns,
  isOpen: (name: string) => boolean = () => false,
): void {
  let room = bytes;
  try {
    for (const [age, name] of namesIn(folder, suffix).entries()) {
      const path = join(folder, name);
      room -= statSync(path).size;
      const isTooMany = age >= files || (age > 0 && room < 0);
      if (isTooMany && !isOpen(name.slice(0, -suffix.length))) rmSync(path, { force: true });
    }
  } catch {
    // A few files too many harm nobody.
  }
}

/** Newest first; none where the folder is not there. */
export function namesIn(folder: string, suffix: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(suffix))
      .sort()
      .reverse();
  } catch {
    return [];
  }
}
