/** The run as a live view on a terminal: running steps at the bottom, what is finished scrolls above them. */
import stringWidth from 'string-width';
import type { Counts, Event, Report } from '../core/events.ts';
import { advanced } from '../core/time-left.ts';
import { failuresAtEnd } from './failures-at-end.ts';
import { noticeText, runStartedLine, stepFinishedLine, stepRepairedLine, summaryLine } from './lines.ts';
import { liveLines, type RunningStep } from './live-view.ts';
import { paint } from './paint.ts';
import type { Outlook } from './outlook.ts';
import { Screen, type TerminalStream } from './screen.ts';
import { reasonsText } from './words.ts';

export interface TtyOptions {
  readonly stream: TerminalStream;
  readonly color: boolean;
  /** Address of the project's folder, where the terminal can follow links. */
  readonly folder?: string | undefined;
  /** Also reused and not-run steps by name, and stacks. */
  readonly verbose?: boolean;
  /** Last lines of a step's log, for its failure. */
  readonly tail?: (log: string) => readonly string[];
  /** Milliseconds of a monotonic clock. */
  readonly now?: () => number;
}

export interface TtyReporter {
  readonly report: Report;
  /** A line above the view; plain writes to the same terminal would be painted over. */
  say(line: string): void;
  /** Takes the view away and gives the cursor back. May be called more than once. */
  stop(): void;
}

const FRAME_MS = 100;

export function ttyReporter(options: TtyOptions): TtyReporter {
  const { stream, color, verbose = false, tail = () => [], now = () => performance.now() } = options;
  const p = paint(color, options.folder);
  const screen = new Screen(stream);
  const failures = failuresAtEnd({ paint: p, verbose, tail });
  const running = new Map<string, RunningStep>();
  let counts: Counts = { built: 0, reused: 0, failed: 0, notRun: 0 };
  let total = 0;
  let widest = 0;
  let outlook: Outlook | null = null;
  let startedAt = now();
  let above = '';
  let live = false;
  let timer: NodeJS.Timeout | undefined;

  /** Events only change the state; it is drawn ten times a second, and costs a write only where it changed. */
  function draw(): void {
    const frame = { columns: screen.columns, rows: screen.rows, now: now(), paint: p };
    const lines = live
      ? liveLines(
          {
            startedAt,
            total,
            counts,
            stopped: failures.stopped,
            outlook,
            widest,
            running: [...running.values()],
          },
          frame,
        )
      : [];
    screen.draw(lines, above);
    above = '';
  }

  function start(): void {
    if (timer !== undefined) return;
    timer = setInterval(draw, FRAME_MS);
    timer.unref();
    stream.on('resize', draw);
    process.on('SIGTSTP', suspend);
    // A second Ctrl-C ends the process without another word: the cursor must come back all the same.
    process.once('exit', stop);
  }

  /** Ctrl-Z: the shell gets the terminal as it was; drawing goes on by itself after `fg`. */
  function suspend(): void {
    screen.close(above);
    above = '';
    process.kill(process.pid, 'SIGSTOP');
  }

  function stop(): void {
    clearInterval(timer);
    timer = undefined;
    stream.off('resize', draw);
    process.off('SIGTSTP', suspend);
    process.off('exit', stop);
    live = false;
    screen.close(above);
    above = '';
  }

  const say = (line: string): void => {
    if (timer === undefined) stream.write(`${line}\n`);
    else above += `${line}\n`;
  };

  function onFinished(event: Extract<Event, { event: 'step-finished' }>): void {
    const why = event.outcome === 'built' ? (running.get(event.step)?.reasons ?? []) : [];
    // In a first run it would stand behind every step.
    const isNew = why.length === 1 && why[0]!.kind === 'new';
    running.delete(event.step);
    counts = { ...counts };
    counts[event.outcome === 'not-run' ? 'notRun' : event.outcome]++;
    failures.add(event);
    if (event.outcome !== 'built' && event.outcome !== 'failed' && !verbose) return;
    say(stepFinishedLine(event, p) + (why.length > 0 && !isNew ? p.faint(`  (${reasonsText(why)})`) : ''));
  }

  function report(event: Event): void {
    switch (event.event) {
      case 'run-started':
        total = event.steps;
        startedAt = now();
        live = true;
        start();
        say(runStartedLine(event));
        return;
      case 'step-started': {
        const { step, reasons, etaMs } = event;
        widest = Math.max(widest, stringWidth(step));
        running.set(step, { step, reasons, etaMs, startedAt: now(), total: null, unit: '', metrics: {} });
        return;
      }
      case 'step-progress': {
        const before = running.get(event.step);
        if (before) running.set(event.step, { ...advanced(before, event, now()), metrics: event.metrics });
        return;
      }
      case 'step-finished':
        onFinished(event);
        return;
      case 'step-repaired':
        running.delete(event.step);
        say(stepRepairedLine(event));
        return;
      case 'forecast':
        outlook = { at: now(), leftMs: event.leftMs, unknown: event.unknown };
        return;
      case 'notice':
        say(event.level === 'warn' ? p.careful(noticeText(event)) : noticeText(event));
        return;
      case 'run-finished':
        // A run that could not start has nothing to count.
        above +=
          failures.text(event.failure) +
          (event.failure ? '' : `${summaryLine(event.counts, failures.stopped, event.ms, p)}\n`);
        stop();
        return;
      default:
        event satisfies never;
    }
  }

  return { report, say, stop };
}
