/** The failures that only the main process can tell of, and what it adds to those a worker reports. */
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { relative, resolve } from 'node:path';
import { codeFrame } from '../core/code-frame.ts';
import type { Failure } from '../core/failure.ts';
import type { Job } from './executor.ts';

export function stopped(): Failure {
  return { reason: 'stopped', message: 'the step was stopped before it finished' };
}

export function timedOut(timeoutMs: number): Failure {
  return {
    reason: 'stage-timeout',
    message: `the step took longer than its timeout of ${timeoutMs / 1000} s`,
    hint: "raise the step's `timeout`, or find out in its log what it waits for",
  };
}

export function notStarted(error: Error): Failure {
  return { reason: 'worker-lost', message: `the worker process did not start: ${error.message}` };
}

/** A worker that ended in the middle of a job: with an exit code its own code did it, with a signal somebody else. */
export function workerEnded(code: number | null, signal: NodeJS.Signals | null): Failure {
  if (signal === null) {
    return {
      reason: 'stage-exited',
      message: `the step's process ended with exit code ${code ?? '?'} before the stage returned`,
      hint: 'a library may have ended it: the last lines of the log may say more',
    };
  }
  return {
    reason: 'worker-lost',
    message: `the step's process was ended by ${signal} (signal ${constants.signals[signal]})`,
    hint: signalHints[signal],
  };
}

const crashed = 'native code crashed: the last lines of the log may say more';
const signalHints: Partial<Record<NodeJS.Signals, string>> = {
  SIGKILL:
    'the system does this when memory runs out: run fewer steps at once (--jobs), or ask for `resources.memory`',
  SIGABRT:
    'memory of the JavaScript heap ran out, or native code gave up: the last lines of the log say which',
  SIGSEGV: crashed,
  SIGBUS: crashed,
  SIGILL: crashed,
};

/** Adds the source lines of the place and the log, where there are such. */
export function explained(failure: Failure, job: Job): Failure {
  const log = existsSync(job.log) ? relative(job.project, job.log) : undefined;
  return { ...failure, log, frame: failure.frame ?? frameOf(failure.at, job.project) };
}

function frameOf(at: string | undefined, project: string): string | undefined {
  const place = /^(.+):(\d+):(\d+)$/.exec(at ?? '');
  if (!place) return undefined;
  try {
    return codeFrame(readFileSync(resolve(project, place[1]!), 'utf8'), Number(place[2]), Number(place[3]));
  } catch {
    // Moved or deleted since the run began: the place alone has to do.
    return undefined;
  }
}
