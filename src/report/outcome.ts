/** How past runs ended, in one word each. */
import { readHistory, readRun, type PastRun } from './history.ts';
import { isStopped } from './lines.ts';

/** `interrupted`: stopped by a signal, or killed. */
export type Outcome = 'ok' | 'failed' | 'interrupted' | 'running';

export interface ToldRun extends PastRun {
  readonly outcome: Outcome;
  /** Of those that count as failed: ended with the run, so there is nothing to mend. */
  readonly stopped: number;
}

/** The last `limit` runs, newest first. `isLive`: whether the process of a run without an end is there. */
export const toldRuns = (state: string, limit: number, isLive: (run: string) => boolean): ToldRun[] =>
  readHistory(state, limit).map((past) => {
    const stopped = past.counts.failed > 0 ? stoppedIn(state, past.run) : 0;
    return { ...past, outcome: outcomeOf(past, stopped, isLive), stopped };
  });

function outcomeOf({ run, ok, counts }: PastRun, stopped: number, isLive: (run: string) => boolean): Outcome {
  if (ok === null) return isLive(run) ? 'running' : 'interrupted';
  if (ok) return 'ok';
  return stopped > 0 && stopped === counts.failed ? 'interrupted' : 'failed';
}

const stoppedIn = (state: string, run: string): number =>
  readRun(state, run).filter((event) => event.event === 'step-finished' && isStopped(event)).length;
