/** A failure as the block users read: what, where, what to do next, and the end of the log. Pure. */
import type { Failure } from '../core/failure.ts';
import { paint, type Paint } from './paint.ts';

export interface FailureDetails {
  /** The step that failed; left out where the run itself could not start. */
  readonly step?: string | undefined;
  /** Last lines of the step's log, oldest first; at most ten are shown. */
  readonly logLines?: readonly string[] | undefined;
  /** Also the stack of user code. */
  readonly verbose?: boolean | undefined;
  readonly paint?: Paint | undefined;
}

const MOST_LOG_LINES = 10;

/** Lines joined by newlines, without a final one. */
export function failureBlock(failure: Failure, details: FailureDetails = {}): string {
  const { step, logLines = [], verbose = false, paint: p = paint(false) } = details;
  const lines = [`${p.bad(step === undefined ? 'error:' : `${step} failed:`)} ${p.strong(failure.message)}`];
  if (failure.at !== undefined) lines.push(`  at ${p.file(failure.at)}`);
  if (failure.frame !== undefined) lines.push(...indented(failure.frame.split('\n'), '    '));
  if (verbose && failure.stack !== undefined) lines.push(...indented(failure.stack.split('\n'), '    '));
  const shown = logLines.slice(-MOST_LOG_LINES);
  if (shown.length > 0) lines.push(p.faint('  last lines of the log:'), ...indented(shown, '  | '));
  if (failure.log !== undefined) lines.push(`  log: ${p.file(failure.log)}`);
  if (failure.hint !== undefined) lines.push(`  ${p.careful('hint:')} ${failure.hint}`);
  return lines.join('\n');
}

const indented = (lines: readonly string[], by: string): string[] =>
  lines.map((line) => `${by}${line}`.trimEnd());
