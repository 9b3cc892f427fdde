/**
 * Private folders of jobs. They are reused: making and removing a few folders costs a file system more than all else that a
 * small step does. What a job left behind goes; the folders `in` and `out` stay, empty.
 */
import { readdirSync, rmSync } from 'node:fs';
import type { Volume } from './volume.ts';

export interface JobFolders {
  readonly take: () => string;
  readonly giveBack: (folder: string) => void;
}

export function createJobFolders(volume: Volume): JobFolders {
  const idle: string[] = [];
  return {
    take() {
      const reused = idle.pop();
      if (reused !== undefined) return reused;
      const folder = volume.scratch('job-');
      volume.calls.mkdirSync(folder, { recursive: true });
      return folder;
    },
    giveBack(folder) {
      try {
        for (const name of readdirSync(folder)) {
          if (name === 'in' || name === 'out') empty(`${folder}/${name}`);
          else rmSync(`${folder}/${name}`, { recursive: true, force: true });
        }
        idle.push(folder);
      } catch {
        // It goes with the folder of this process, which a later run sweeps.
      }
    },
  };
}

function empty(folder: string): void {
  for (const name of readdirSync(folder)) rmSync(`${folder}/${name}`, { recursive: true, force: true });
}
