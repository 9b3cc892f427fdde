/** The run as JSON, one object a line: names and order of the fields are fixed by docs/cli.md. */
import type { LastingEvent, Report } from '../core/events.ts';
import type { Failure } from '../core/failure.ts';
import { noticeText } from './lines.ts';

/** Takes whole lines, newline included. */
export type Write = (text: string) => void;

/** `write` gets the JSON lines (stdout); `remark` gets notices as plain text without a newline (stderr). */
export function jsonReporter(write: Write, remark: (line: string) => void): Report {
  return (event) => {
    if (event.event === 'notice') remark(noticeText(event));
    else if (event.event !== 'forecast') write(`${eventJson(event)}\n`);
  };
}

/** Only the first and the last line of the run, for graphs of thousands of steps; notices as in `jsonReporter`. */
export function jsonSummaryReporter(write: Write, remark: (line: string) => void): Report {
  const all = jsonReporter(write, remark);
  return (event) => {
    if (event.event === 'run-started' || event.event === 'run-finished' || event.event === 'notice')
      all(event);
  };
}

/** One event as JSON text. Numbers JSON cannot hold (a NaN metric) become null; durations are whole milliseconds. */
export function eventJson(event: LastingEvent): string {
  return JSON.stringify(ordered(event));
}

/** The event with the contract's fields in the contract's order, whatever order it was made in. */
function ordered(event: LastingEvent): object {
  switch (event.event) {
    case 'run-started': {
      const { run, pipeline, profile, targets, steps, at } = event;
      return { event: event.event, run, pipeline, profile, targets, steps, at };
    }
    case 'step-started': {
      const { step, key, reasons, etaMs } = event;
      return { event: event.event, step, key, reasons, etaMs: etaMs === null ? null : Math.round(etaMs) };
    }
    case 'step-progress': {
      const { step, done, total, unit, metrics } = event;
      return { event: event.event, step, done, total, unit, metrics };
    }
    case 'step-finished': {
      const { step, outcome, key, ms, from, failure, because } = event;
      const told = failure && failureJson(failure);
      return { event: event.event, step, outcome, key, ms: Math.round(ms), from, failure: told, because };
    }
    case 'step-repaired': {
      const { step, output, digest } = event;
      return { event: event.event, step, output, digest };
    }
    case 'notice': {
      const { level, message, step } = event;
      return { event: event.event, level, message, step };
    }
    case 'run-finished': {
      const { run, ok, counts, ms, failure } = event;
      const { built, reused, failed, notRun } = counts;
      const told = failure && failureJson(failure);
      return {
        event: event.event,
        run,
        ok,
        counts: { built, reused, failed, notRun },
        ms: Math.round(ms),
        failure: told,
      };
    }
    default:
      return event satisfies never;
  }
}

/** The stack stays in the log: it holds machine paths and is no use to a script. */
function failureJson({ reason, message, at, log, hint, frame }: Failure): object {
  return { reason, message, at, log, hint, frame };
}
