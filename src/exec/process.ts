/**
 * One worker process as the main process sees it.
 *
 *     idle ──run──▶ running ──answer──▶ idle, or ended where the worker kept something
 *                      │ signal, time is up: 'stop' ─grace─▶ SIGTERM ─▶ SIGKILL
 *                      ▼ exits or is killed: the job fails
 *                    gone
 */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { fail, type Failure, type Result } from '../core/failure.ts';
import { parseMessage } from './envelope.ts';
import type { WorkerId } from '../store/store.ts';
import type { Job, JobDone, JobHooks } from './executor.ts';
import { explained, notStarted, stopped, timedOut, workerEnded } from './failures.ts';
import { LogFile } from './log-file.ts';
import type { FromWorker, ToWorker } from './messages.ts';
import { endGroup } from './watchdog.ts';

export interface WorkerOptions {
  /** The bundled worker, dist/worker.js. */
  readonly path: string;
  /** Command that the worker runs under, such as a tracer. */
  readonly under?: readonly string[] | undefined;
  /** Its whole environment at birth; the rest comes with each job. */
  readonly env: Readonly<Record<string, string>>;
  /** Milliseconds a job gets to end by itself after it was asked to. */
  readonly graceMs: number;
}

export interface Answer {
  readonly result: Result<JobDone>;
  /** What the job left in the worker, which was ended for it, or null. */
  readonly left: string | null;
}

interface Running {
  readonly job: Job;
  readonly hooks: JobHooks;
  settle(answer: Answer): void;
  /** Why the job is being ended: whatever it still answers, this is the outcome. */
  ending: Failure | null;
}

/** Milliseconds between SIGTERM and SIGKILL, and for the last output of a process that has ended. */
const termMs = 500;
const drainMs = 200;

export class WorkerProcess {
  /** Settles when the process and its output are gone. */
  readonly gone: Promise<void>;
  /** Undefined where it did not start. */
  private readonly id: WorkerId | undefined;
  private readonly child: ChildProcessWithoutNullStreams;
  private running: Running | undefined;
  private log: LogFile | undefined;
  /** Process group of the command that runs inside, if one does. */
  private command: number | null = null;
  private killed = false;
  private exited = false;

  constructor(private readonly options: WorkerOptions) {
    const [program, ...rest] = [...(options.under ?? []), process.execPath, options.path];
    this.child = spawn(program, rest, {
      stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
      serialization: 'advanced',
      env: options.env,
      // A group of its own: Control-C in the terminal does not reach it, and its children can be ended with it.
      detached: true,
    }) as ChildProcessWithoutNullStreams;
    const { child } = this;
    if (child.pid !== undefined) this.id = { pid: child.pid };
    child.on('message', (received) => {
      this.receive(parseMessage(received));
    });
    child.stdin.on('error', () => undefined);
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        this.native(chunk);
      });
    }
    const closed = new Promise((resolve) => child.once('close', resolve));
    this.gone = new Promise<void>((resolve) => {
      child.once('error', (error) => {
        if (child.pid !== undefined) return;
        this.lost(notStarted(error));
        resolve();
      });
      child.once('exit', (code, signal) => {
        this.kill();
        this.exited = true;
        // What the process wrote last explains its end; a grandchild may hold the pipe open, so not for ever.
        void Promise.race([closed, new Promise((late) => setTimeout(late, drainMs).unref())]).then(() => {
          this.lost(workerEnded(code, signal));
          this.log?.close();
          resolve();
        });
      });
    });
  }

  get pid(): number | undefined {
    return this.id?.pid;
  }

  /** Whether it can take a job: it was not ended and has not ended. */
  get usable(): boolean {
    return !this.killed && !this.exited;
  }

  /** Runs one job; the worker must be idle. Never rejects. */
  run(job: Job, hooks: JobHooks): Promise<Answer> {
    return new Promise((resolve) => {
      const onAbort = () => {
        this.end(stopped());
      };
      const { timeoutMs } = job;
      const onTime = (ms: number) => {
        this.end(timedOut(ms));
      };
      const clock = timeoutMs === null ? undefined : setTimeout(onTime, timeoutMs, timeoutMs);
      this.running = {
        job,
        hooks,
        ending: null,
        settle: (answer) => {
          clearTimeout(clock);
          hooks.signal.removeEventListener('abort', onAbort);
          this.running = undefined;
          resolve(answer);
        },
      };
      hooks.signal.addEventListener('abort', onAbort);
      this.log?.close();
      this.log = new LogFile(job.log);
      if (this.id) hooks.onWorker(this.id);
      this.send({ type: 'run', job });
    });
  }

  /** Ends the process and everything it started, now. A job that runs in it fails. */
  kill(): void {
    this.killed = true;
    this.signal('SIGKILL');
  }

  /** Ends the process at once; `why` becomes the outcome of the job that runs in it. */
  abandon(why: Failure): void {
    if (this.running) this.running.ending ??= why;
    this.kill();
  }

  /** Ends the running job: asks, then insists. */
  end(why: Failure): void {
    const { running } = this;
    if (!running || running.ending) return;
    running.ending = why;
    this.send({ type: 'stop' });
    const insist = (signal: NodeJS.Signals, afterMs: number, then?: () => void) =>
      setTimeout(() => {
        if (this.running !== running) return;
        this.signal(signal);
        then?.();
        // The child keeps the main process waiting while it lives; this clock alone must not.
      }, afterMs).unref();
    insist('SIGTERM', this.options.graceMs, () => insist('SIGKILL', termMs));
  }

  private send(message: ToWorker): void {
    // A worker that is already gone is reported by its exit, not by this.
    this.child.send(message, () => undefined);
  }

  private signal(signal: NodeJS.Signals): void {
    if (this.command !== null) endGroup(this.command, signal);
    // Once the process is reaped, its id may soon be somebody else's.
    if (this.pid !== undefined && !this.exited) endGroup(this.pid, signal);
  }

  /** Output that native code or a child process wrote past the worker's JavaScript; a late line belongs to the last job. */
  private native(chunk: Buffer): void {
    try {
      this.log?.write(chunk);
    } catch {
      // A full disk must not end the main process for the sake of a log line; the step meets it by itself.
    }
  }

  private lost(failure: Failure): void {
    if (this.running) this.settle(this.running, fail(failure), null);
  }

  private receive(message: FromWorker | undefined): void {
    const { running } = this;
    if (!message || !running) return;
    switch (message.type) {
      case 'progress':
        running.hooks.onProgress(message.progress);
        return;
      case 'group':
        this.command = message.pid;
        // A last message may arrive after the exit it preceded.
        if (this.exited && message.pid !== null) endGroup(message.pid);
        return;
      case 'done':
        this.settle(running, message.result, message.retire);
    }
  }

  private settle(running: Running, result: Result<JobDone>, left: string | null): void {
    // A job that was being ended may have cut its work short: not even a success of it counts.
    const failure = running.ending ?? (result.ok ? null : result.error);
    if (failure !== null || left !== null) this.kill();
    running.settle({ result: failure === null ? result : fail(explained(failure, running.job)), left });
  }
}
