/**
 * Private folders of jobs. They are reused: making and removing a few folders costs a file system more than all else that a
 * small step does. What a job left behind goes; `out` stays, empty, and `in` with its links, which the next job replaces.
 */
import { readdirSync, rmSync } from 'node:fs';
import type { Volume } from './volume.ts';

export interface JobFolders {
  readonly take: (needs?: readonly string[]) => string;
  readonly giveBack: (folder: string, isEmpty?: boolean) => void;
}

export function createJobFolders(volume: Volume): JobFolders {
  /** By the needs of the jobs they are for: a job finds no others' folders in `in`. */
  const idle = new Map<string, string[]>();
  const shapes = new Map<string, string>();
  return {
    take(needs = []) {
      const shape = needs.join('/');
      const reused = idle.get(shape)?.pop();
      if (reused !== undefined) return reused;
      const folder = volume.scratch('job-');
      volume.calls.mkdirSync(folder, { recursive: true });
      shapes.set(folder, shape);
      return folder;
    },
    giveBack(folder, isEmpty = false) {
      const shape = shapes.get(folder) ?? '';
      try {
        for (const entry of isEmpty ? [] : readdirSync(folder, { withFileTypes: true })) {
          const path = `${folder}/${entry.name}`;
          // The step may have put a link in the place of either, to anywhere.
          const isKept = entry.isDirectory() && /^(?:in|out)$/.test(entry.name);
          if (!isKept) remove(path);
          else if (entry.name === 'out') for (const left of readdirSync(path)) remove(`${path}/${left}`);
        }
        const others = idle.get(shape);
        if (others) others.push(folder);
        else idle.set(shape, [folder]);
      } catch {
        // It goes with the folder of this process, which a later run sweeps.
      }
    },
  };
}

function remove(path: string): void {
  rmSync(path, { recursive: true, force: true });
}
