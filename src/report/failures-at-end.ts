/** Failures are told in full once, at the end of the run, where a reader looks first. */
import type { Event } from '../core/events.ts';
import type { Failure } from '../core/failure.ts';
import { failureBlock } from './failure-text.ts';
import { integer } from './measures.ts';
import type { Paint } from './paint.ts';

export interface FailureOptions {
  readonly paint: Paint;
  readonly verbose: boolean;
  /** Last lines of the log at this path; none where it cannot be read. */
  readonly tail: (log: string) => readonly string[];
}

/** More than these are counted: a grid of a thousand cells fails a thousand times for one cause. */
const MOST_BLOCKS = 20;

export interface FailuresAtEnd {
  add(event: Extract<Event, { event: 'step-finished' }>): void;
  /** All blocks, an empty line before each; empty where nothing failed. `whole` is the run's own failure. */
  text(whole: Failure | undefined): string;
}

export function failuresAtEnd({ paint, verbose, tail }: FailureOptions): FailuresAtEnd {
  const failures: { step: string; failure: Failure }[] = [];
  const block = (failure: Failure, step?: string): string => {
    const logLines = failure.log === undefined ? [] : tail(failure.log);
    return `\n${failureBlock(failure, { step, logLines, verbose, paint })}\n`;
  };
  return {
    add({ step, failure }) {
      if (failure) failures.push({ step, failure });
    },
    text(whole) {
      const blocks = failures.slice(0, MOST_BLOCKS).map(({ step, failure }) => block(failure, step));
      const rest = failures.length - blocks.length;
      if (rest > 0) blocks.push(`\n${integer(rest)} more failed; ar-pipe status names them\n`);
      if (whole) blocks.push(block(whole));
      return blocks.join('');
    },
  };
}
