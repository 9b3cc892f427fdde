/** Expected failures are values of this type; bugs throw. `PipelineError` is the one bridge between the two. */

import { importTrouble } from './import-trouble.ts';

export type FailureReason =
  | 'usage'
  | 'pipeline-not-loaded'
  | 'unknown-target'
  | 'duplicate-step'
  | 'cycle'
  | 'invalid-params'
  | 'input-missing'
  | 'input-changed'
  | 'stage-threw'
  | 'stage-exited'
  | 'stage-timeout'
  | 'output-missing'
  | 'undeclared-output'
  | 'object-corrupt'
  | 'disk-full'
  | 'worker-lost'
  | 'stopped'
  | 'internal';

export interface Failure {
  readonly reason: FailureReason;
  /** One sentence a user understands without the source: what went wrong. */
  readonly message: string;
  /** Where, as `file:line:column` relative to the project, in the user's own TypeScript. */
  readonly at?: string | undefined;
  /** A few source lines around `at`, with a marker. */
  readonly frame?: string | undefined;
  /** What to do next. */
  readonly hint?: string | undefined;
  /** Path of the step's log. */
  readonly log?: string | undefined;
  /** The stack of user code, mapped to TypeScript; for logs and `-v`. */
  readonly stack?: string | undefined;
}

export type Result<T, E = Failure> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E };

export const ok = <T>(value: T): { ok: true; value: T } => ({ ok: true, value });
export const fail = <E>(error: E): { ok: false; error: E } => ({ ok: false, error });

/** Carries a Failure through code that can only throw (a user's pipeline.ts, deep callbacks). */
export class PipelineError extends Error {
  constructor(readonly failure: Failure) {
    super(failure.message);
    this.name = 'PipelineError';
  }
}

const refusals = new Set(['EACCES', 'EPERM', 'EROFS', 'EIO', 'ELOOP', 'ENAMETOOLONG', 'ESTALE']);

/** Turns whatever was thrown into a Failure: the one place where exceptions become values. */
export function toFailure(thrown: unknown, otherwise: FailureReason = 'internal'): Failure {
  if (thrown instanceof PipelineError) return thrown.failure;
  if (thrown instanceof Error) {
    const code = (thrown as NodeJS.ErrnoException).code;
    if (code === 'ENOSPC' || code === 'EDQUOT') {
      return {
        reason: 'disk-full',
        message: thrown.message,
        hint: 'free some space, or set AR_PIPE_CACHE to a larger disk; nothing finished is lost',
      };
    }
    if (code === 'EMFILE' || code === 'ENFILE') {
      return {
        reason: 'usage',
        message: 'too many open files',
        hint: 'raise the limit (ulimit -n), or run fewer steps at once (--jobs)',
      };
    }
    // What the system refuses us, with the path in the message, is no bug: a stack would hide it.
    if (otherwise === 'internal' && code !== undefined && refusals.has(code))
      return { reason: 'usage', message: thrown.message };
    return { reason: otherwise, message: thrown.message, stack: thrown.stack, ...importTrouble(thrown) };
  }
  return { reason: otherwise, message: String(thrown) };
}
