/** Saved state of unfinished steps, one folder a key. What lies inside is the executor's business. */
import { existsSync } from 'node:fs';
import { hasCode, type Volume } from './volume.ts';

export interface Checkpoints {
  /** Most steps save nothing, so whoever saves first makes the folder. */
  readonly folder: (key: string) => string;
  readonly drop: (key: string) => void;
}

export function createCheckpoints(volume: Volume): Checkpoints {
  const { layout, calls } = volume;
  return {
    folder: (key) => layout.checkpoints(key),
    drop(key) {
      const path = layout.checkpoints(key);
      // Most steps have none, and an error costs ten times as much as this.
      if (!existsSync(path)) return;
      try {
        calls.rmdirSync(path);
      } catch (error) {
        if (hasCode(error, 'ENOENT')) return;
        if (!hasCode(error, 'ENOTEMPTY', 'EEXIST')) throw error;
        // Away in one piece first: a half-deleted checkpoint must not look like one to resume from.
        const doomed = volume.scratch('checkpoint-');
        calls.renameSync(path, doomed);
        calls.rmSync(doomed, { recursive: true, force: true });
      }
    },
  };
}
