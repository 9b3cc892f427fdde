/** The run as lines of text, for pipes and CI logs. */
import type { Event, Report } from '../core/events.ts';
import type { Write } from './json.ts';
import { failuresAtEnd } from './failures-at-end.ts';
import {
  amountText,
  metricsText,
  noticeText,
  runStartedLine,
  stepFinishedLine,
  stepRepairedLine,
  stepStartedLine,
  summaryLine,
} from './lines.ts';
import { paint } from './paint.ts';

export interface PlainOptions {
  readonly write: Write;
  readonly color: boolean;
  /** Address of the project's folder, where the terminal can follow links. */
  readonly folder?: string | undefined;
  /** Also reused and not-run steps by name, and stacks. */
  readonly verbose?: boolean;
  /** Only warnings, failures and, where something failed, the summary. */
  readonly quiet?: boolean;
  /** Last lines of a step's log, for its failure. */
  readonly tail?: (log: string) => readonly string[];
  /** Milliseconds of a monotonic clock. */
  readonly now?: () => number;
}

/** A step's progress is written at most this often. */
const PROGRESS_EVERY_MS = 10_000;

export function plainReporter(options: PlainOptions): Report {
  const { write, color, verbose = false, quiet = false } = options;
  const { tail = () => [], now = () => performance.now() } = options;
  const p = paint(color, options.folder);
  const failures = failuresAtEnd({ paint: p, verbose, tail });
  const lastSaid = new Map<string, number>();
  let total = 0;
  let settled = 0;
  const line = (text: string): void => {
    write(`${text}\n`);
  };
  const counter = (): string => p.faint(`[${String(settled).padStart(String(total).length)}/${total}]`);

  function onFinished(event: Extract<Event, { event: 'step-finished' }>): void {
    settled++;
    lastSaid.delete(event.step);
    failures.add(event);
    const worthALine = event.outcome === 'built' || event.outcome === 'failed' || verbose;
    if (worthALine && (!quiet || event.outcome === 'failed'))
      line(`${counter()} ${stepFinishedLine(event, p)}`);
  }

  function onProgress(event: Extract<Event, { event: 'step-progress' }>): void {
    const time = now();
    if (time - (lastSaid.get(event.step) ?? -Infinity) < PROGRESS_EVERY_MS) return;
    lastSaid.set(event.step, time);
    const parts = [amountText(event), metricsText(event.metrics)].filter((part) => part !== '');
    line(`${counter()} ${event.step}: ${parts.join(', ')}`);
  }

  return (event) => {
    switch (event.event) {
      case 'run-started':
        total = event.steps;
        if (!quiet) line(runStartedLine(event));
        return;
      case 'step-started':
        lastSaid.set(event.step, now());
        if (!quiet) line(`${counter()} ${stepStartedLine(event)}`);
        return;
      case 'step-progress':
        if (!quiet) onProgress(event);
        return;
      case 'step-finished':
        onFinished(event);
        return;
      case 'step-repaired':
        lastSaid.delete(event.step);
        if (!quiet) line(stepRepairedLine(event));
        return;
      case 'forecast':
        return;
      case 'notice':
        if (!quiet || event.level === 'warn') line(noticeText(event));
        return;
      case 'run-finished':
        write(failures.text(event.failure));
        // A run that could not start has nothing to count.
        if (!event.failure && (!quiet || !event.ok))
          line(summaryLine(event.counts, failures.stopped, event.ms, p));
        return;
      default:
        event satisfies never;
    }
  };
}
