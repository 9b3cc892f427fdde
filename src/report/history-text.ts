/** Past runs for people, newest first. Pure. */
import { countsText } from './counts.ts';
import { duration, enumerate } from './measures.ts';
import { moment } from './moment.ts';
import type { Outcome, ToldRun } from './outcome.ts';
import { paint, type Paint } from './paint.ts';
import { table, type Column } from './table.ts';

const COLUMNS: readonly Column[] = [
  { title: 'started' },
  { title: 'run' },
  { title: 'outcome' },
  { title: 'time', align: 'right' },
  { title: 'steps; profile: targets', shrink: true, below: true },
];

export function historyText(
  runs: readonly ToldRun[],
  { color, width = Infinity }: { readonly color: boolean; readonly width?: number },
): string {
  if (runs.length === 0) return 'no runs yet\n';
  const p = paint(color);
  const rows = runs.map((run) => [
    moment(run.at),
    run.run,
    outcomeText(run.outcome, p),
    run.ms === null ? '' : duration(run.ms),
    [countsText(run.counts, run.stopped), `${run.profile}: ${enumerate(run.targets, 5)}`]
      .filter((text) => text !== '')
      .join('; '),
  ]);
  return `${table(COLUMNS, rows, width)}\n`;
}

function outcomeText(outcome: Outcome, p: Paint): string {
  switch (outcome) {
    case 'ok':
      return p.good(outcome);
    case 'failed':
      return p.bad(outcome);
    case 'interrupted':
      return p.careful(outcome);
    case 'running':
      return p.busy(outcome);
    default:
      return outcome satisfies never;
  }
}
