/** The live view as lines: the running steps, then the state of the run. Pure. */
import cliTruncate from 'cli-truncate';
import stringWidth from 'string-width';
import type { Counts, Metrics, Reason } from '../core/events.ts';
import { amountText, metricsText } from './lines.ts';
import { duration, integer } from './measures.ts';
import type { Paint } from './paint.ts';
import { share, timeLeft, type Pace } from './time-left.ts';
import { reasonText } from './words.ts';

export interface RunningStep extends Pace {
  readonly step: string;
  readonly reasons: readonly Reason[];
  readonly unit: string;
  readonly metrics: Metrics;
}

export interface LiveRun {
  readonly startedAt: number;
  readonly total: number;
  readonly counts: Counts;
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

const BAR = 16;
/** Below this many columns the bar would take the room of what it shows. */
const ROOM_FOR_BAR = 72;
/** Above the view some of what scrolls must stay visible. */
const MOST_STEPS = 12;

/** At most `rows - 1` lines; some may be wider than the terminal and are to be cut at the right. */
export function liveLines(run: LiveRun, frame: Frame): string[] {
  const room = Math.max(0, Math.min(MOST_STEPS, frame.rows - 3));
  const { running } = run;
  const shown = running.length <= room ? running : running.slice(0, Math.max(0, room - 1));
  const hidden = running.length - shown.length;
  const nameWidth = Math.min(
    Math.max(16, Math.floor(frame.columns * 0.4)),
    shown.reduce((most, { step }) => Math.max(most, stringWidth(step)), 0),
  );
  const rest = hidden > 0 && room > 0 ? [frame.paint.faint(`  and ${integer(hidden)} more`)] : [];
  return [...shown.map((step) => stepLine(step, nameWidth, frame)), ...rest, runLine(run, frame)];
}

function stepLine(step: RunningStep, nameWidth: number, frame: Frame): string {
  const { columns, now, paint: p } = frame;
  const name = cliTruncate(step.step, nameWidth, { position: 'middle' });
  const parts = [`  ${p.busy(name)}${' '.repeat(nameWidth - stringWidth(name))}`];
  if (columns >= ROOM_FOR_BAR) parts.push(bar(share(step, now), p));
  const left = timeLeft(step, now);
  if (step.latest) {
    const amount = amountText({ ...step, done: step.latest.done });
    parts.push(amount, leftText(step, left, now), p.faint(metricsText(step.metrics)));
  } else {
    const why = step.reasons[0];
    parts.push(leftText(step, left, now), why ? p.faint(reasonText(why)) : '');
  }
  return parts.join('  ').trimEnd();
}

function bar(done: number | undefined, p: Paint): string {
  if (done === undefined) return ' '.repeat(BAR);
  const full = Math.round(done * BAR);
  return p.busy('━'.repeat(full)) + p.faint('─'.repeat(BAR - full));
}

function leftText({ startedAt }: RunningStep, left: number | undefined, now: number): string {
  if (left === undefined) return wholeSeconds(now - startedAt);
  return `${wholeSeconds(left)} left`;
}

/** Tenths of a second would make every line change with every frame. */
const wholeSeconds = (ms: number): string => (ms < 60_000 ? `${Math.round(ms / 1000)} s` : duration(ms));

function runLine({ startedAt, total, counts, running }: LiveRun, { now, paint: p }: Frame): string {
  const settled = counts.built + counts.reused + counts.failed + counts.notRun;
  const parts = [
    ...(counts.built > 0 ? [p.good(`${integer(counts.built)} built`)] : []),
    ...(counts.reused > 0 ? [`${integer(counts.reused)} reused`] : []),
    ...(counts.failed > 0 ? [p.bad(`${integer(counts.failed)} failed`)] : []),
    ...(counts.notRun > 0 ? [p.careful(`${integer(counts.notRun)} not run`)] : []),
    ...(running.length > 0 ? [p.busy(`${integer(running.length)} running`)] : []),
    wholeSeconds(now - startedAt),
  ];
  return `${p.strong(`${integer(settled)}/${integer(total)}`)}  ${parts.join(', ')}`;
}
