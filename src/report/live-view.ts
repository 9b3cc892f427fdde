/** The live view as lines: the running steps, then the state of the run. Pure. */
import cliTruncate from 'cli-truncate';
import stringWidth from 'string-width';
import type { Counts, Metrics, Reason } from '../core/events.ts';
import { share, timeLeft, type Pace } from '../core/time-left.ts';
import { amountText, metricsText } from './lines.ts';
import { integer, wholeSeconds } from './measures.ts';
import { outlookText, type Outlook } from './outlook.ts';
import type { Paint } from './paint.ts';
import { table } from './table.ts';
import { reasonText } from './words.ts';

export interface RunningStep extends Pace {
  readonly step: string;
  readonly reasons: readonly Reason[];
  readonly metrics: Metrics;
}

export interface LiveRun {
  readonly startedAt: number;
  readonly total: number;
  readonly counts: Counts;
  /** Of those that count as failed. */
  readonly stopped: number;
  readonly outlook: Outlook | null;
  /** Columns of the longest name so far: what stands behind the names must not jump. */
  readonly widest: number;
  /** In the order they were started. */
  readonly running: readonly RunningStep[];
}

export interface Frame {
  readonly columns: number;
  readonly rows: number;
  /** Milliseconds of the same monotonic clock as the steps' times. */
  readonly now: number;
  readonly paint: Paint;
}

/** Below so many columns a bar takes the room of what it shows, or is a short one. */
const ROOM_FOR_BAR = 72;
const ROOM_FOR_LONG_BAR = 100;
/** Above the view some of what scrolls must stay visible. */
const MOST_STEPS = 12;

/** At most `rows - 1` lines; some may be wider than the terminal and are to be cut at the right. */
export function liveLines(run: LiveRun, frame: Frame): string[] {
  const room = Math.max(0, Math.min(MOST_STEPS, frame.rows - 3));
  const { running, widest } = run;
  const shown = running.length <= room ? running : running.slice(0, Math.max(0, room - 1));
  const hidden = running.length - shown.length;
  const nameWidth = Math.min(Math.max(16, Math.floor(frame.columns * 0.4)), widest);
  const rest = hidden > 0 && room > 0 ? [frame.paint.faint(`  and ${integer(hidden)} more`)] : [];
  return [
    ...aligned(shown.map((step) => stepCells(step, nameWidth, frame))),
    ...rest,
    `  ${runText(run, frame)}`,
  ];
}

/** Columns that are empty in all rows are left out. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const used = rows[0]!.map((_, i) => i).filter((i) => rows.some((row) => row[i] !== ''));
  const cells = rows.map((row) => used.map((i) => row[i]!));
  return table(
    used.map(() => ({})),
    cells,
    Infinity,
  )
    .split('\n')
    .map((line) => `  ${line}`);
}

/** Name, bar, amount, time, and what else there is to say of it. */
function stepCells(step: RunningStep, nameWidth: number, { columns, now, paint: p }: Frame): string[] {
  const { latest, reasons, metrics } = step;
  const name = cliTruncate(step.step, nameWidth, { position: 'middle' });
  const why = reasons[0];
  return [
    p.busy(name) + ' '.repeat(nameWidth - stringWidth(name)),
    bar(share(step, now), columns, p),
    latest ? amountText({ ...step, done: latest.done }) : '',
    timeText(step, now),
    p.faint(latest ? metricsText(metrics) : why ? reasonText(why) : ''),
  ];
}

function bar(done: number | undefined, columns: number, p: Paint): string {
  if (done === undefined || columns < ROOM_FOR_BAR) return '';
  const length = columns < ROOM_FOR_LONG_BAR ? 8 : 16;
  const full = Math.round(done * length);
  return p.busy('━'.repeat(full)) + p.faint('─'.repeat(length - full));
}

function timeText(step: RunningStep, now: number): string {
  const left = timeLeft(step, now);
  return left === undefined
    ? `for ${wholeSeconds(now - step.startedAt)}`
    : `${wholeSeconds(Math.max(1, left))} left`;
}

/** What is most wanted comes first: a narrow terminal cuts at the right. */
function runText(run: LiveRun, { columns, now, paint: p }: Frame): string {
  const { startedAt, total, counts, stopped, outlook, running } = run;
  const settled = counts.built + counts.reused + counts.failed + counts.notRun;
  const told = [
    ...(counts.failed > stopped ? [p.bad(`${integer(counts.failed - stopped)} failed`)] : []),
    ...(stopped > 0 ? [p.careful(`${integer(stopped)} stopped`)] : []),
    ...(counts.built > 0 ? [p.good(`${integer(counts.built)} built`)] : []),
    ...(counts.reused > 0 ? [`${integer(counts.reused)} reused`] : []),
    ...(counts.notRun > 0 ? [p.careful(`${integer(counts.notRun)} not run`)] : []),
    ...(running.length > 0 ? [p.busy(`${integer(running.length)} running`)] : []),
  ];
  const times = [`for ${wholeSeconds(now - startedAt)}`, outlookText(outlook, now)];
  return [
    bar(total === 0 ? undefined : settled / total, columns, p),
    p.strong(`${integer(settled)}/${integer(total)}`),
    times.filter((text) => text !== '').join(', '),
    told.join(', '),
  ]
    .filter((text) => text !== '')
    .join('  ');
}
