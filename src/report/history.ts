/**
 * Past runs of this checkout, one file of events each:
 *
 *     <state>/runs/<run>.ndjson      appended while the run goes on; without its last line the run was interrupted
 *
 * Progress is left out, so a file stays a few hundred bytes a step. Only a memory: losing it costs nothing but itself.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Counts, Event, Report } from '../core/events.ts';
import { toFailure } from '../core/failure.ts';
import { appender, keepNewest, keptRuns, namesIn } from './append.ts';
import { eventJson } from './json.ts';

export interface PastRun {
  readonly run: string;
  /** ISO 8601. */
  readonly at: string;
  readonly pipeline: string;
  readonly profile: string;
  readonly targets: readonly string[];
  /** null: interrupted before its end, or still going on. */
  readonly ok: boolean | null;
  readonly counts: Counts;
  /** null where the run has no end. */
  readonly ms: number | null;
}

const SUFFIX = '.ndjson';

const folderOf = (state: string): string => join(state, 'runs');

export const runPath = (state: string, run: string): string => join(folderOf(state), `${run}${SUFFIX}`);

/**
 * Appends a run's events; written out a few times a second. `state` is the checkout's state
 * folder, `run` an id that sorts by time. A disk that cannot be written ends the recording with one `remark`. What `isLive` is kept
 * however many came after it.
 */
export function recordRun(
  state: string,
  run: string,
  remark: (line: string) => void = () => undefined,
  isLive: (run: string) => boolean = () => false,
): Report {
  const file = appender(runPath(state, run), (error) => {
    remark(`this run will be missing in the history: ${toFailure(error).message}`);
  });
  return (event) => {
    if (event.event === 'step-progress' || event.event === 'forecast') return;
    file.add(eventJson(event));
    if (event.event === 'run-finished') file.flush();
    if (event.event !== 'run-started') return;
    keepNewest(folderOf(state), SUFFIX, keptRuns, isLive);
    file.flush();
  };
}

/** Newest first. */
export const runIds = (state: string): string[] =>
  namesIn(folderOf(state), SUFFIX).map((name) => name.slice(0, -SUFFIX.length));

/** The last `limit` runs, newest first. */
export function readHistory(state: string, limit: number): PastRun[] {
  const runs: PastRun[] = [];
  for (const id of runIds(state)) {
    if (runs.length >= limit) break;
    const run = summarize(readRun(state, id));
    if (run) runs.push(run);
  }
  return runs;
}

/** The recorded events of a run, in order; empty where it is not known. A last line cut off by a crash is left out. */
export function readRun(state: string, run: string): Event[] {
  let text: string;
  try {
    text = readFileSync(runPath(state, run), 'utf8');
  } catch {
    return [];
  }
  return text.split('\n').flatMap((line) => parseEvent(line) ?? []);
}

/** One line of a run's file; undefined where a crash cut it off. */
export function parseEvent(line: string): Event | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && 'event' in value ? (value as Event) : undefined;
  } catch {
    return undefined;
  }
}

function summarize(events: readonly Event[]): PastRun | undefined {
  const start = events.find((event) => event.event === 'run-started');
  if (!start) return undefined;
  const { run, at, pipeline, profile, targets } = start;
  const end = events.findLast((event) => event.event === 'run-finished');
  const outcome = end
    ? { ok: end.ok, counts: end.counts, ms: end.ms }
    : { ok: null, counts: count(events), ms: null };
  return { run, at, pipeline, profile, targets, ...outcome };
}

/** What an interrupted run had done. */
function count(events: readonly Event[]): Counts {
  const counts: Counts = { built: 0, reused: 0, failed: 0, notRun: 0 };
  for (const event of events)
    if (event.event === 'step-finished') counts[event.outcome === 'not-run' ? 'notRun' : event.outcome]++;
  return counts;
}
