/** Failures are told in full once, at the end of the run, where a reader looks first. */
import type { Event } from '../core/events.ts';
import type { Failure } from '../core/failure.ts';
import { failureBlock } from './failure-text.ts';
import { isStopped } from './lines.ts';
import { enumerate, integer } from './measures.ts';
import type { Paint } from './paint.ts';

export interface FailureOptions {
  readonly paint: Paint;
  readonly verbose: boolean;
  /** Last lines of the log at this path; none where it cannot be read. */
  readonly tail: (log: string) => readonly string[];
}

/** More than these are counted. */
const MOST_BLOCKS = 10;
const MOST_NAMES = 5;

export interface FailuresAtEnd {
  add(event: Extract<Event, { event: 'step-finished' }>): void;
  /** How many steps were stopped: they count as failed, but there is nothing to tell of them. */
  readonly stopped: number;
  /** All blocks, with empty lines around them; empty where nothing failed. `whole` is the run's own failure. */
  text(whole: Failure | undefined): string;
}

export function failuresAtEnd({ paint, verbose, tail }: FailureOptions): FailuresAtEnd {
  let stopped = 0;
  /** By what went wrong and where: the first step in full, others by name. */
  const causes = new Map<string, { step: string; failure: Failure; others: string[] }>();
  const block = (failure: Failure, step?: string): string => {
    const logLines = failure.log === undefined ? [] : tail(failure.log);
    return `\n${failureBlock(failure, { step, logLines, verbose, paint })}\n`;
  };
  return {
    get stopped() {
      return stopped;
    },
    add(event) {
      const { step, failure } = event;
      if (isStopped(event)) stopped++;
      if (!failure || isStopped(event)) return;
      const cause = `${failure.at ?? ''} ${failure.message}`;
      const known = causes.get(cause);
      if (known) known.others.push(step);
      else causes.set(cause, { step, failure, others: [] });
    },
    text(whole) {
      const blocks = [...causes.values()].slice(0, MOST_BLOCKS).map(({ step, failure, others }) => {
        const same = paint.bad(`${enumerate(others, MOST_NAMES)} failed in the same way`);
        return block(failure, step) + (others.length > 0 ? `${same}\n` : '');
      });
      const rest = [...causes.values()].slice(MOST_BLOCKS);
      const left = rest.reduce((sum, { others }) => sum + 1 + others.length, 0);
      if (left > 0) blocks.push(`\n${integer(left)} more failed; ar-pipe status names them\n`);
      if (whole) blocks.push(block(whole));
      else if (blocks.length > 0) blocks.push('\n');
      return blocks.join('');
    },
  };
}
