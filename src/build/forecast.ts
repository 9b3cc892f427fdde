/**
 * How long a run will still take: what runs by its own pace, what waits by history. Two bounds hold, and the larger is told: the
 * longest chain of steps, and the work of all steps, each counted with the share of the machine it takes.
 */
import type { Event, Report } from '../core/events.ts';
import { advanced, timeLeft, type Pace } from '../core/time-left.ts';
import type { Step } from '../pipeline/step.ts';

export interface Forecast {
  readonly leftMs: number;
  /** Steps of which nothing is known yet: it takes longer than that. */
  readonly unknown: number;
}

export interface Outlook {
  /** Steps that may have to run, each after its needs. */
  readonly steps: readonly Step[];
  readonly isSettled: (step: Step) => boolean;
  /** Nothing new is started. */
  readonly isStopping: () => boolean;
  /** Expected milliseconds of a step; undefined where nothing is known of its kind. */
  readonly expected: (step: Step) => number | undefined;
  /** Part of the machine that a step takes while it runs, 0 to 1. */
  readonly share: (step: Step) => number;
}

/** `paces`: of the steps that run. Pure. */
export function forecast(outlook: Outlook, paces: ReadonlyMap<string, Pace>, now: number): Forecast {
  const { steps, isSettled, expected, share } = outlook;
  const stopping = outlook.isStopping();
  const after = new Map<Step, number>();
  let unknown = 0;
  let work = 0;
  let chain = 0;
  for (let i = steps.length - 1; i >= 0; i--) {
    const step = steps[i]!;
    if (isSettled(step)) continue;
    const pace = paces.get(step.name);
    if (!pace && stopping) continue;
    const ms = pace ? timeLeft(pace, now) : expected(step);
    // One that overruns its estimate may end any moment.
    if (ms === undefined && !pace) unknown++;
    work += (ms ?? 0) * share(step);
    const length = (after.get(step) ?? 0) + (ms ?? 0);
    chain = Math.max(chain, length);
    for (const need of step.upstream) after.set(need, Math.max(length, after.get(need) ?? 0));
  }
  return { leftMs: Math.max(work, chain), unknown };
}

/** Milliseconds between two forecasts; more where one takes long, so that all together are a hundredth of the run. */
const EVERY_MS = 2000;
const THRIFT = 100;

/** Hears the events of a run and tells, after some of them, what is left. */
export function forecaster(outlook: Outlook, report: Report, now = () => performance.now()): Report {
  const paces = new Map<string, Pace>();
  let next = -Infinity;
  const follow = (event: Event): boolean => {
    switch (event.event) {
      case 'step-started':
        paces.set(event.step, { startedAt: now(), etaMs: event.etaMs, total: null, unit: '' });
        return true;
      case 'step-progress': {
        const pace = paces.get(event.step);
        if (pace) paces.set(event.step, advanced(pace, event, now()));
        return true;
      }
      case 'step-finished':
        paces.delete(event.step);
        return true;
      default:
        return false;
    }
  };
  return (event) => {
    const began = now();
    if (!follow(event) || began < next) return;
    report({ event: 'forecast', ...forecast(outlook, paces, began) });
    next = began + Math.max(EVERY_MS, THRIFT * (now() - began));
  };
}
