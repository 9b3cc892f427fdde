/**
 * Logs of steps that nobody will ask for. Of each step stay the logs of the run that built its present result and of the one in
 * which it failed last, those of runs that go on, and the newest few; young ones may be open, by whatever command.
 */
import { readdirSync, type Dirent } from 'node:fs';
import { join } from 'node:path';
import { fileAt, type Leftover } from './leftover.ts';

export const keptLogs = 5;
const graceMs = 3600e3;
const suffix = '.log';

export interface LogQuery {
  /** The only ones to look at; all of the checkout by default. */
  readonly steps?: Iterable<string> | undefined;
  /** Asked only where there are too many. */
  readonly isNeeded: (step: string, run: string) => boolean;
  readonly now: number;
  readonly isTime: () => boolean;
}

export function oldLogs(state: string, { steps, isNeeded, now, isTime }: LogQuery): Leftover[] {
  const root = join(state, 'logs');
  const found: Leftover[] = [];
  for (const step of steps ?? stepsBelow(root, '')) {
    if (!isTime()) break;
    const logs = entriesIn(join(root, step)).filter(isLog);
    if (logs.length <= keptLogs) continue;
    const runs = logs.map(({ name }) => name.slice(0, -suffix.length)).sort();
    for (const run of runs.slice(0, -keptLogs)) {
      const file = fileAt(join(root, step, `${run}${suffix}`));
      if (file && now - file.mtimeMs > graceMs && !isNeeded(step, run)) found.push(file);
    }
  }
  return found;
}

/** A step's name may be the start of another's, so a folder may hold logs and folders. */
function* stepsBelow(root: string, step: string): Generator<string> {
  const entries = entriesIn(join(root, step));
  if (entries.some(isLog)) yield step;
  for (const entry of entries)
    if (entry.isDirectory()) yield* stepsBelow(root, step === '' ? entry.name : `${step}/${entry.name}`);
}

const isLog = (entry: Dirent): boolean => entry.isFile() && entry.name.endsWith(suffix);

function entriesIn(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    // The step wrote nothing.
    return [];
  }
}
