/**
 * What processes of this machine that are gone have left in tmp/, a folder each. The next process that writes there removes it:
 * at once what holds bytes, so that a full disk has room, and as much of the rest as takes no noticeable time. A large grid leaves
 * thousands of links and folders, which a later process, or `gc`, goes on with. A link that a step made may lead anywhere: it goes,
 * and what it leads to is not looked at.
 */
import { lstatSync, readdirSync } from 'node:fs';
import { namesIn, type Layout } from './layout.ts';
import { fateOf, readOwner, thisProcess } from './owner.ts';
import type { DiskCalls } from './volume.ts';

/** For what holds no bytes. */
const budgetMs = 100;

/** `now`: milliseconds of a monotonic clock. */
export function sweepDead(
  layout: Layout,
  calls: DiskCalls,
  now: () => number = () => performance.now(),
): void {
  const me = thisProcess();
  const dead = namesIn(layout.tmp)
    .map((name) => `${layout.tmp}/${name}`)
    .filter((folder) => {
      const owner = readOwner(`${folder}/owner`);
      return owner && fateOf(owner, me) === 'dead';
    });
  for (const folder of dead) {
    for (const name of namesInFolder(folder)) {
      const path = `${folder}/${name}`;
      if (name.startsWith('job-'))
        for (const part of namesInFolder(path)) if (part !== 'in') removeTree(`${path}/${part}`, calls);
      if (!/^(?:job-|used$|owner$)/.test(name)) removeTree(path, calls);
    }
  }
  const end = now() + budgetMs;
  const isTime = (): boolean => now() < end;
  for (const folder of dead) {
    // Its owner last: a folder without one may be just being made.
    for (const name of namesInFolder(folder))
      if (name !== 'owner') removeTree(`${folder}/${name}`, calls, isTime);
    if (isTime()) removeTree(folder, calls);
  }
}

const namesInFolder = (path: string): string[] => (isFolder(path) ? namesIn(path) : []);

const isFolder = (path: string): boolean =>
  lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

/** Many small removals: rmSync would take a second for ten thousand of them. */
function removeTree(path: string, calls: DiskCalls, isTime: () => boolean = () => true): void {
  if (!isTime()) return;
  try {
    if (!isFolder(path)) {
      calls.unlinkSync(path);
      return;
    }
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      if (!isTime()) return;
      const below = `${path}/${entry.name}`;
      if (entry.isDirectory()) removeTree(below, calls, isTime);
      else calls.unlinkSync(below);
    }
    if (isTime()) calls.rmdirSync(path);
  } catch {
    // Another process sweeps too; or something may not be removed so.
    removeByForce(path, calls);
  }
}

function removeByForce(path: string, calls: DiskCalls): void {
  try {
    calls.rmSync(path, { recursive: true, force: true });
  } catch (error) {
    // Another user's, in a store that several share: it is for him to remove, and nobody else's work waits for it.
    if (!['EACCES', 'EPERM', 'ENOTEMPTY'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}
