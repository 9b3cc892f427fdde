/**
 * Entry of a worker process (dist/worker.js): takes one job after the other from the main process and answers each exactly once.
 * Imports nothing heavy: its start is part of every first step.
 */
import { writeSync } from 'node:fs';
import { Writable } from 'node:stream';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import type { Metrics } from '../core/events.ts';
import { fail, ok, toFailure, type Failure, type FailureReason, type Result } from '../core/failure.ts';
import { runCommand } from './command.ts';
import { environmentOf } from './environment.ts';
import type { Job, JobDone } from './executor.ts';
import { prepareInputs } from './inputs.ts';
import { Isolation } from './isolation.ts';
import { LogFile } from './log-file.ts';
import type { FromWorker, ToWorker } from './messages.ts';
import { collectOutputs, prepareOutputs } from './outputs.ts';
import { runStage } from './stage-job.ts';
import { failureOf } from './thrown.ts';
import { watchParent } from './watchdog.ts';

/** The job at hand, as the process-wide handlers see it. */
interface Current {
  readonly job: Job;
  readonly log: LogFile;
  readonly stop: AbortController;
  /** The first answer counts; whatever the stage does afterwards is ignored. */
  answer(result: Result<JobDone>, retire?: string | null): void;
}

let current: Current | null = null;
const isolation = new Isolation();
/** Process group of the running command, shared with the watchdog. */
const group = new Int32Array(new SharedArrayBuffer(4));

const send = (message: FromWorker) => process.send?.(message);

if (isMainThread) serve();
else watchParent(workerData as Int32Array);

function serve(): void {
  new Worker(new URL(import.meta.url), { workerData: group }).unref();
  Error.stackTraceLimit = 30;
  captureOutput();
  catchEndings();
  process.on('message', (message: ToWorker) => {
    if (message.type === 'run') void perform(message.job);
    else current?.stop.abort();
  });
}

async function perform(job: Job): Promise<void> {
  const started = performance.now();
  const log = new LogFile(job.log);
  const stop = new AbortController();
  const answer: Current['answer'] = (result, retire = null) => {
    if (current?.log !== log) return;
    current = null;
    process.channel?.ref();
    if (!result.ok) noteFailure(log, result.error);
    log.close();
    send({ type: 'done', result, retire });
  };
  current = { job, log, stop, answer };
  // From here on only the stage keeps the event loop alive: if it runs dry, the stage waits for something that never comes.
  process.channel?.unref();
  const io = { ...ioOf(log), signal: stop.signal };
  try {
    prepareInputs(job);
    prepareOutputs(job);
    if (job.work.kind === 'command') {
      answer(collected(job, await runCommand(job, job.work, io), started));
      return;
    }
    const { bundle } = job.work;
    const leave = isolation.enter({
      env: environmentOf(job),
      folder: job.folder,
      random: String(job.seed ?? job.key),
    });
    const ran = await runStage(job, bundle, io, () => {
      isolation.loaded(bundle);
    });
    const result = collected(job, ran, started);
    answer(result, result.ok ? await leave() : null);
  } catch (error) {
    answer(fail(toFailure(error)));
  }
}

function collected(job: Job, ran: Result<Metrics>, started: number): Result<JobDone> {
  if (!ran.ok) return ran;
  const produced = collectOutputs(job);
  if (!produced.ok) return produced;
  return ok({
    produced: produced.value,
    metrics: ran.value,
    backend: backend(),
    ms: performance.now() - started,
  });
}

function ioOf(log: LogFile) {
  return {
    log(line: string) {
      log.line(line);
    },
    output(chunk: Buffer) {
      log.write(chunk);
    },
    progress(progress: Extract<FromWorker, { type: 'progress' }>['progress']) {
      send({ type: 'progress', progress });
    },
    group(pid: number | null) {
      Atomics.store(group, 0, pid ?? 0);
      send({ type: 'group', pid });
    },
  };
}

/** What the numerical library says it computed with in this process. */
function backend(): JobDone['backend'] {
  const facts = (globalThis as { [name: symbol]: unknown })[Symbol.for('ar-pipe.backend')];
  return facts === undefined ? null : { ...(facts as Record<string, string>) };
}

function noteFailure(log: LogFile, failure: Failure): void {
  try {
    log.line(failure.stack ?? failure.message);
  } catch {
    // The disk is full, perhaps; the failure itself still reaches the user.
  }
}

/** console and the process's streams write to the step's log; outside of a job to the main process, which knows the last one. */
function captureOutput(): void {
  for (const name of ['stdout', 'stderr'] as const) {
    const stream = new Writable({
      write(chunk: Buffer, _encoding, done) {
        if (current) current.log.write(chunk);
        else writeSync(2, chunk);
        done();
      },
    });
    Object.defineProperty(process, name, { value: stream, configurable: true, enumerable: true });
  }
}

/** All ways in which a stage can end other than by settling: each becomes the answer to its job. */
function catchEndings(): void {
  const exit = process.exit.bind(process);
  const refuse = (failure: (job: Job) => Failure) => {
    current?.answer(fail(failure(current.job)));
  };
  const thrown = (error: unknown, reason?: FailureReason) => {
    refuse((job) => failureOf(error, job, reason));
  };
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      if (current) thrown(error);
      // Something an earlier job left behind: the worker has no job to fail, and is no longer fit for one.
      else exit(1);
    });
  }
  // Control-C reaches the main process, which decides what happens to its workers.
  process.on('SIGINT', () => undefined);
  process.on('beforeExit', () => {
    refuse(() => ({
      reason: 'stage-exited',
      message:
        'the stage waits for something that will never happen: its promise is pending and nothing else is going on',
      hint: 'look for an await whose promise nobody resolves',
    }));
  });
  process.exit = (code) => {
    if (!current) return exit(code);
    const error = new Error(`the stage called process.exit(${code ?? ''})`);
    // Not enumerable, or it would be printed with the stack.
    Object.defineProperty(error, 'hint', {
      value: 'return when all is written, throw an error when it is not',
    });
    thrown(error, 'stage-exited');
    throw error;
  };
}
