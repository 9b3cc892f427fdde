/** Whether the system tells of changed files, as `watch` and the page need. */
import { mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Check } from '../../report/doctor-text.ts';
import { integer } from '../../report/measures.ts';

export interface Watches {
  /** Whether a change was told in a folder of the project. */
  readonly told: boolean;
  /** Limits of Linux for one user; null elsewhere. */
  readonly limits: { readonly watches: number; readonly instances: number } | null;
}

const patienceMs = 1000;
/** A study with a data set of loose files has more. */
const fewWatches = 16_384;
const fewInstances = 32;

/** Makes a folder in this one and removes it again. */
export async function checkWatches(folder: string): Promise<Check> {
  const told = await isTold(folder).catch(() => false);
  return judgeWatches({ told, limits: limits() });
}

async function isTold(parent: string): Promise<boolean> {
  const folder = mkdtempSync(join(parent, '.ar-pipe-doctor-'));
  try {
    return await new Promise<boolean>((answer, refuse) => {
      const watcher = watch(folder, () => {
        done(true);
      });
      watcher.on('error', refuse);
      const timer = setTimeout(() => {
        done(false);
      }, patienceMs);
      const done = (result: boolean): void => {
        clearTimeout(timer);
        watcher.close();
        answer(result);
      };
      writeFileSync(join(folder, 'changed'), '');
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function limits(): Watches['limits'] {
  const read = (name: string): number => Number(readFileSync(`/proc/sys/fs/inotify/${name}`, 'utf8'));
  try {
    return { watches: read('max_user_watches'), instances: read('max_user_instances') };
  } catch {
    return null;
  }
}

/** Pure. */
export function judgeWatches({ told, limits }: Watches): Check {
  const name = 'file watches';
  if (!told) {
    return {
      name,
      state: 'slow',
      value: 'a change was not told, as on some network disks and in some containers',
      hint: 'CHOKIDAR_USEPOLLING=1 lets ar-pipe watch look for itself',
    };
  }
  if (!limits) return { name, state: 'good', value: 'changes are told' };
  const value = `changes are told; up to ${integer(limits.watches)} files, ${integer(limits.instances)} programs`;
  if (limits.watches >= fewWatches && limits.instances >= fewInstances) return { name, state: 'good', value };
  const setting = limits.watches < fewWatches ? 'max_user_watches=524288' : 'max_user_instances=512';
  return { name, state: 'slow', value, hint: `sudo sysctl fs.inotify.${setting}` };
}
