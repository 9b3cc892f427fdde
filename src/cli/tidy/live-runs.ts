/** Which runs of a checkout go on at the moment, as far as can be seen from here: by the first line of what they record. */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { progressRuns, progressPath } from '../../report/progress-record.ts';
import { parseProgress } from '../../report/progress.ts';
import { fateOf, thisProcess, type Owner } from '../../store/owner.ts';
import { silenceMs } from '../../store/reliance.ts';

export function liveRuns(state: string, now: number): ReadonlySet<string> {
  return new Set(progressRuns(state).filter((run) => isLiveRun(state, run, now)));
}

export function isLiveRun(state: string, run: string, now: number): boolean {
  const path = progressPath(state, run);
  const first = parseProgress(firstLine(path));
  if (!first || !('owner' in first)) return false;
  const fate = fateOf(first.owner as Owner, thisProcess());
  if (fate !== 'unknown') return fate === 'alive';
  return now - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0) < silenceMs;
}

const mostBytes = 4096;

function firstLine(path: string): string {
  try {
    const fd = openSync(path, 'r');
    try {
      const buffer = Buffer.alloc(mostBytes);
      return buffer.toString('utf8', 0, readSync(fd, buffer)).split('\n', 1)[0]!;
    } finally {
      closeSync(fd);
    }
  } catch {
    // Removed meanwhile, since it was one of the oldest.
    return '';
  }
}
