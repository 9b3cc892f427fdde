/** Files that grow by lines while a run goes on. */
import { appendFileSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
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

/** Removes all but the newest files of a folder whose names sort by time. */
export function keepNewest(folder: string, suffix: string, kept: number): void {
  try {
    for (const name of namesIn(folder, suffix).slice(kept)) rmSync(join(folder, name), { force: true });
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
