/** What a stage's `run` receives, made from a job. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../core/json.ts';
import type { Metrics } from '../core/events.ts';
import type { Checkpoint, Needs, RunContext } from '../pipeline/stage.ts';
import { openCheckpoint } from './checkpoint.ts';
import type { Job, JobProgress } from './executor.ts';
import { outputPath } from './outputs.ts';

/** Milliseconds between two progress messages: about ten a second reach the main process, however often a stage reports. */
const progressInterval = 100;

export interface JobIO {
  log(line: string): void;
  readonly progress: (progress: JobProgress) => void;
  readonly signal: AbortSignal;
}

export interface StageContext {
  readonly context: RunContext<Json, Needs, string>;
  /** Sends the progress that was held back and gives the last metrics. */
  finish(): Metrics;
}

export function createContext(job: Job, io: JobIO): StageContext {
  const names = new Set(job.outputs.map(({ name }) => name));
  const progress = throttled(io.progress);
  let metrics: Metrics = {};
  let tmp: string | undefined;
  let checkpoint: Checkpoint | undefined;

  const context: RunContext<Json, Needs, string> = {
    // The job came in a message: it is nobody else's.
    params: deepFreeze(job.params),
    needs: deepFreeze(job.needs) as RunContext<Json, Needs, string>['needs'],
    out(name) {
      if (!names.has(name))
        throw new Error(`out('${name}'): the stage does not declare this output, it declares ${list(names)}`);
      return outputPath(job.folder, name);
    },
    get tmp() {
      if (tmp === undefined) mkdirSync((tmp = join(job.folder, 'tmp')), { recursive: true });
      return tmp;
    },
    get seed() {
      if (job.seed === null) throw new Error('the stage asks for its seed but does not say `random: true`');
      return job.seed;
    },
    log(line) {
      io.log(line);
    },
    progress(done, total, unit, reported) {
      if (reported) metrics = { ...reported };
      progress.report({ done, total, unit, metrics });
    },
    get checkpoint() {
      return (checkpoint ??= openCheckpoint(job.checkpoint, job.durable));
    },
    signal: io.signal,
    resources: deepFreeze(job.resources),
  };
  return {
    context,
    finish() {
      progress.flush();
      return metrics;
    },
  };
}

/** Lets one report through per interval; of those between, the last one follows. Works in stages that never yield, too. */
function throttled(send: (progress: JobProgress) => void) {
  let sentAt = -Infinity;
  let held: JobProgress | undefined;
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    if (!held) return;
    send(held);
    held = undefined;
    sentAt = performance.now();
  };
  return {
    flush,
    report(progress: JobProgress) {
      held = progress;
      const wait = sentAt + progressInterval - performance.now();
      if (wait <= 0) flush();
      else timer ??= setTimeout(flush, wait).unref();
    },
  };
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const item of Object.values(value)) deepFreeze(item);
    Object.freeze(value);
  }
  return value;
}

const list = (names: ReadonlySet<string>) => [...names].map((name) => `'${name}'`).join(', ') || 'none';
