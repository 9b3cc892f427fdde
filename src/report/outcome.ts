/** How past runs ended, in one word each. */
import { readHistory, readRun, type PastRun } from './history.ts';
import { isStopped } from './lines.ts';

/** `interrupted`: stopped by a signal, or killed. */
export type Outcome = 'ok' | 'failed' | 'interrupted' | 'running';

export interface ToldRun extends PastRun {
  readonly outcome: Outcome;
}

/** The last `limit` runs, newest first. `isLive`: whether the process of a run without an end is there. */
export const toldRuns = (state: string, limit: number, isLive: (run: string) => boolean): ToldRun[] =>
  readHistory(state, limit).map((past) => ({ ...past, outcome: outcomeOf(state, past, isLive) }));

function outcomeOf(state: string, { run, ok, counts }: PastRun, isLive: (run: string) => boolean): Outcome {
  if (ok === null) return isLive(run) ? 'running' : 'interrupted';
  if (ok) return 'ok';
  const stopped = readRun(state, run).filter((event) => event.event === 'step-finished' && isStopped(event));
  return stopped.length > 0 && stopped.length === counts.failed ? 'interrupted' : 'failed';
}
