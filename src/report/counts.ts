/** What became of a run's steps, in words. Pure; also used by the page. */
import type { Counts } from '../core/events.ts';
import { integer } from './measures.ts';

/** `2 built, 9 reused, 1 stopped`: what there is none of is left out. `stopped`: of the failed ones. */
export const countsText = (counts: Counts, stopped: number, running = 0): string =>
  (
    [
      [counts.built, 'built'],
      [counts.reused, 'reused'],
      [counts.failed - stopped, 'failed'],
      [stopped, 'stopped'],
      [counts.notRun, 'not run'],
      [running, 'running'],
    ] as const
  )
    .filter(([count]) => count > 0)
    .map(([count, what]) => `${integer(count)} ${what}`)
    .join(', ');
