/**
 * How the steps of a run advanced, beside its events (history.ts leaves progress out): for curves, and for whoever looks on
 * from another process. One file a run, lines in the order of time:
 *
 *     <state>/progress/<run>.ndjson
 *         {"owner":{…},"at":"<ISO 8601>"}                     which process runs it, and when it began
 *         {"t":120,"step":"train/…"}                           the step was started
 *         {"t":910,"leftMs":41000,"unknown":0}                  how long the run was expected to take from then on
 *         {"t":940,"step":"train/…","done":3,"total":40,"unit":"epoch","metrics":{"loss":1.2}}
 *
 * `t` is milliseconds since `at`. Only a memory: losing it costs curves, never truth.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Event, Report } from '../core/events.ts';
import { appender, keepNewest, keptRuns, namesIn } from './append.ts';
import { parseProgress, pause, type ProgressLine } from './progress.ts';

const SUFFIX = '.ndjson';
const folderOf = (state: string): string => join(state, 'progress');

export const progressPath = (state: string, run: string): string => join(folderOf(state), `${run}${SUFFIX}`);

/** Runs that are recorded, newest first. */
export const progressRuns = (state: string): string[] =>
  namesIn(folderOf(state), SUFFIX).map((name) => name.slice(0, -SUFFIX.length));

interface StepState {
  readonly startedAt: number;
  writtenAt: number;
  /** A point passed over, written if it turns out to be the last. */
  waiting: string | undefined;
}

/** `owner` is whatever tells readers which process runs it; of runs that are live all is kept. A disk that cannot be written ends the record silently. */
export function recordProgress(
  state: string,
  run: string,
  owner: unknown,
  isLive: (run: string) => boolean = () => false,
  now: () => number = () => performance.now(),
): Report {
  const file = appender(progressPath(state, run), () => undefined);
  const began = now();
  const steps = new Map<string, StepState>();
  return (event) => {
    const t = Math.round(now() - began);
    switch (event.event) {
      case 'run-started':
        keepNewest(folderOf(state), SUFFIX, keptRuns, isLive);
        file.add(JSON.stringify({ owner, at: event.at }));
        file.flush();
        break;
      case 'step-started':
        steps.set(event.step, { startedAt: t, writtenAt: -Infinity, waiting: undefined });
        file.add(JSON.stringify({ t, step: event.step }));
        break;
      case 'step-progress': {
        const step = steps.get(event.step);
        if (!step) break;
        const due = t - step.writtenAt >= pause(t - step.startedAt);
        step.waiting = due ? undefined : pointText(t, event);
        if (!due) break;
        step.writtenAt = t;
        file.add(pointText(t, event));
        break;
      }
      case 'step-finished': {
        const last = steps.get(event.step)?.waiting;
        if (last !== undefined) file.add(last);
        steps.delete(event.step);
        break;
      }
      case 'run-finished':
        file.flush();
        break;
      case 'forecast':
        file.add(JSON.stringify({ t, leftMs: Math.round(event.leftMs), unknown: event.unknown }));
        break;
      case 'step-repaired':
      case 'notice':
        break;
      default:
        event satisfies never;
    }
  };
}

function pointText(t: number, event: Extract<Event, { event: 'step-progress' }>): string {
  const { step, done, total, unit, metrics } = event;
  return JSON.stringify({ t, step, done, total, unit, metrics });
}

/** Empty where nothing was recorded. */
export function readProgress(state: string, run: string): ProgressLine[] {
  try {
    return readFileSync(progressPath(state, run), 'utf8')
      .split('\n')
      .flatMap((line) => parseProgress(line) ?? []);
  } catch {
    return [];
  }
}
