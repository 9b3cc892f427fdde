/**
 * What of a checkout's state may go: old logs, code that is out of use, folders of old `exec`s, files that a killed process had
 * half written. The rest of it is bounded where it is written. Safe beside runs: what a live one may read or write stays.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { allLastResults, sizeOfLastResults } from '../../build/last.ts';
import { codeInUse } from '../../key/code.ts';
import { oldCode } from '../../key/old-code.ts';
import type { Project } from '../../pipeline/project.ts';
import { bytesBelow } from '../../store/inventory.ts';
import { layoutOf } from '../../store/layout.ts';
import { liveProcesses } from '../../store/reliance.ts';
import { fileAt, remove, type Amount, type Leftover } from './leftover.ts';
import { liveRuns } from './live-runs.ts';
import { oldLogs, type LogQuery } from './logs.ts';

export interface Tidied {
  readonly logs: Amount;
  readonly code: Amount;
  /** Folders of `exec` and what was half written. */
  readonly other: Amount;
}

type Where = Pick<Project, 'state' | 'store'>;

const dayMs = 24 * 3600e3;
const keptExecMs = 30 * dayMs;

export function tidy(
  project: Where,
  { dryRun, now = Date.now() }: { dryRun: boolean; now?: number },
): Tidied {
  const { state } = project;
  const live = liveRuns(state, now);
  const isTime = (): boolean => true;
  return {
    logs: remove(oldLogs(state, { now, isTime, isNeeded: neededLogs(state, () => live) }), dryRun),
    code: remove(unusedCode(project, live, now), dryRun),
    other: remove([...oldExecs(state, now), ...halfWritten(state, now)], dryRun),
  };
}

/** Beyond this reading what the checkout remembers would be noticed; `gc` takes its time. */
const quickBytes = 16 * 2 ** 20;
const quickMs = 50;

/** The part of it that a run pays for: the logs of the steps it built, from any of them on, and code. */
export function tidyAfterRun(project: Where, run: string, steps: readonly string[], now = Date.now()): void {
  try {
    tidyQuickly(project, run, steps, now);
  } catch {
    // Something lies in the way of a folder, or may not be read: what is done is done nevertheless, and `gc` says what it is.
  }
}

function tidyQuickly(project: Where, run: string, steps: readonly string[], now: number): void {
  const { state } = project;
  if (steps.length === 0 || sizeOfLastResults(state) > quickBytes) return;
  const end = performance.now() + quickMs;
  const first = now % steps.length;
  const query: LogQuery = {
    steps: [...steps.slice(first), ...steps.slice(0, first)],
    now,
    isTime: () => performance.now() < end,
    isNeeded: neededLogs(state, () => liveRuns(state, now)),
  };
  remove(oldLogs(state, query), false);
  remove(unusedCode(project, others(liveRuns(state, now), run), now), false);
}

const others = (live: ReadonlySet<string>, run: string): ReadonlySet<string> =>
  new Set([...live].filter((other) => other !== run));

/** Whether a run goes on, or made a step's present result or last failure. Read when it is first asked. */
function neededLogs(state: string, live: () => ReadonlySet<string>): LogQuery['isNeeded'] {
  let known: { live: ReadonlySet<string>; runs: ReadonlySet<string> } | undefined;
  const read = (): NonNullable<typeof known> => ({
    live: live(),
    runs: new Set(
      [...allLastResults(state)].flatMap(({ step, built, failed }) =>
        [built?.facts.run, failed?.run].flatMap((run) => (run === undefined ? [] : [`${step} ${run}`])),
      ),
    ),
  });
  return (step, run) => {
    known ??= read();
    return known.live.has(run) || known.runs.has(`${step} ${run}`);
  };
}

/** None while a run of this checkout goes on. Other processes with this store may be of this checkout too. */
function unusedCode({ state, store }: Where, live: ReadonlySet<string>, now: number): Leftover[] {
  if (live.size > 0) return [];
  const began = liveProcesses(layoutOf(store), now).map(({ since }) => since - dayMs);
  const query = {
    inUse: codeInUse(state),
    remembered: () => [...allLastResults(state)].flatMap(({ built }) => built?.recipe.code ?? []),
    since: Math.min(now, ...began),
    now,
  };
  return oldCode(join(state, 'code'), query).map((file) => ({ ...file, files: 1 }));
}

function oldExecs(state: string, now: number): Leftover[] {
  const root = join(state, 'exec');
  return namesIn(root).flatMap((name) => {
    const path = join(root, name);
    const times = [path, ...namesIn(path).map((part) => join(path, part))].map(
      (part) => fileAt(part)?.mtimeMs ?? now,
    );
    return now - Math.max(...times) > keptExecMs ? [{ path, files: 1, bytes: bytesBelow(path) }] : [];
  });
}

/** Files are written beside their place, under the id of the process, and renamed. */
function halfWritten(state: string, now: number): Leftover[] {
  return ['', 'code', 'last'].flatMap((folder) =>
    namesIn(join(state, folder))
      .filter((name) => /\.\d+\.tmp$/.test(name))
      .flatMap((name) => fileAt(join(state, folder, name)) ?? [])
      .filter(({ mtimeMs }) => now - mtimeMs > dayMs),
  );
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
