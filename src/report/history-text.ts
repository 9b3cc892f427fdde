/** Past runs for people, newest first. Pure. */
import type { PastRun } from './history.ts';
import { duration, enumerate, integer } from './measures.ts';
import { moment } from './moment.ts';
import { paint, type Paint } from './paint.ts';
import { table, type Column } from './table.ts';

const COLUMNS: readonly Column[] = [
  { title: 'started' },
  { title: 'run' },
  { title: 'outcome' },
  { title: 'time', align: 'right' },
  { title: 'built', align: 'right' },
  { title: 'reused', align: 'right' },
  { title: 'failed', align: 'right' },
  { title: 'not run', align: 'right' },
  { title: 'profile' },
  { title: 'targets', shrink: true },
];

export function historyText(
  runs: readonly PastRun[],
  { color, width = Infinity }: { readonly color: boolean; readonly width?: number },
): string {
  if (runs.length === 0) return 'no runs yet\n';
  const p = paint(color);
  const rows = runs.map((run) => [
    moment(run.at),
    run.run,
    outcomeText(run.ok, p),
    run.ms === null ? '' : duration(run.ms),
    ...[run.counts.built, run.counts.reused, run.counts.failed, run.counts.notRun].map(integer),
    run.profile,
    enumerate(run.targets, 5),
  ]);
  return `${table(COLUMNS, rows, width)}\n`;
}

function outcomeText(ok: boolean | null, p: Paint): string {
  if (ok === null) return p.careful('interrupted');
  return ok ? p.good('ok') : p.bad('failed');
}
