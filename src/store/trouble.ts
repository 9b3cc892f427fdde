/** Trouble with the store's disk in words a user can act on. */
import { PipelineError, type Failure } from '../core/failure.ts';

/** The Failure for an error of the file system, or undefined for any other error: that one is a bug and stays what it is. */
export function describeTrouble(root: string, error: unknown): Failure | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, path } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return {
        reason: 'disk-full',
        message: `no space left for the store at ${root}`,
        hint: 'free some space, or set AR_PIPE_CACHE to a folder on a larger disk; nothing finished is lost',
      };
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return {
        reason: 'usage',
        message: `no permission to use the store at ${root} (${code}${path === undefined ? '' : `: ${path}`})`,
        hint: 'make the folder writable for this user, or set AR_PIPE_CACHE to one that is',
      };
    case 'ENOTDIR':
    case 'EEXIST':
      return {
        reason: 'usage',
        message: `the store at ${root} cannot be used: ${path ?? root} is not a folder`,
        hint: 'move that file away, or set AR_PIPE_CACHE to another folder',
      };
    case 'EISDIR':
    case 'ELOOP':
    case 'EIO':
      return {
        reason: 'usage',
        message: `the store at ${root} cannot be used: ${path ?? 'a file of it'} cannot be read (${code})`,
        hint: 'move it away (what is lost is made again), or set AR_PIPE_CACHE to another folder',
      };
    case 'EMFILE':
    case 'ENFILE':
      return {
        reason: 'usage',
        message: `too many open files while using the store at ${root}`,
        hint: 'raise the limit (ulimit -n), or run fewer steps at once (--jobs)',
      };
    case undefined:
    default:
      return undefined;
  }
}

/** What to throw instead of `error`. */
function translate(root: string, error: unknown): unknown {
  const failure = describeTrouble(root, error);
  return failure ? new PipelineError(failure) : error;
}

/** Gives a function's errors of the file system words a user can act on, whether it throws or rejects. */
export function explained(root: string) {
  return <A extends readonly unknown[], R>(run: (...args: A) => R) =>
    (...args: A): R => {
      try {
        const result = run(...args);
        if (!(result instanceof Promise)) return result;
        return result.catch((error: unknown) => {
          throw translate(root, error);
        }) as R;
      } catch (error) {
        throw translate(root, error);
      }
    };
}
