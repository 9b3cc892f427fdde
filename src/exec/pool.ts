/** The executor of this machine: warm worker processes, reused from step to step. */
import type { Report } from '../core/events.ts';
import { fail, type Result } from '../core/failure.ts';
import { startEnvironment, workerKind } from './environment.ts';
import type { Executor, Job, JobDone, JobHooks } from './executor.ts';
import { stopped } from './failures.ts';
import { WorkerProcess } from './process.ts';

export interface PoolOptions {
  /** The bundled worker, dist/worker.js. */
  readonly workerPath: string;
  /** Jobs that may run at the same time, and workers that may live; further jobs wait in order. At least 1. */
  readonly maxWorkers: number;
  /** Milliseconds a job gets to save a checkpoint and end by itself once it is stopped or its time is up. Default 3000. */
  readonly graceMs?: number;
  /** Command that workers run under, such as a tracer. */
  readonly under?: readonly string[];
  /** Told why a worker was not used again, once per cause. */
  readonly report?: Report;
}

/** Workers are started when a job needs one. The caller ends them with `close()`; if it dies instead, they die with it. */
export function createPool(options: PoolOptions): Executor {
  return new Pool(options);
}

interface Idle {
  readonly kind: string;
  readonly worker: WorkerProcess;
}

class Pool implements Executor {
  /** Oldest first. */
  private idle: Idle[] = [];
  private readonly alive = new Set<WorkerProcess>();
  private readonly busy = new Set<WorkerProcess>();
  private readonly waiting: (() => void)[] = [];
  private readonly causes = new Set<string>();
  private running = 0;
  private closed = false;

  constructor(private readonly options: PoolOptions) {}

  async run(job: Job, hooks: JobHooks): Promise<Result<JobDone>> {
    if (hooks.signal.aborted) return fail(stopped());
    if (this.running < this.options.maxWorkers) this.running++;
    else if (!(await this.turn(hooks.signal))) return fail(stopped());
    try {
      if (this.closed) return fail(stopped());
      return await this.perform(job, hooks);
    } finally {
      // The place goes straight to whoever waits longest, so that nobody can slip in between.
      const next = this.waiting.shift();
      if (next) next();
      else this.running--;
    }
  }

  private async perform(job: Job, hooks: JobHooks): Promise<Result<JobDone>> {
    const kind = workerKind(job);
    const worker = this.take(kind) ?? this.start(job);
    this.busy.add(worker);
    const { result, left } = await worker.run(job, hooks);
    this.busy.delete(worker);
    if (worker.usable) this.idle.push({ kind, worker });
    if (left !== null) this.tell(job.step, left);
    return result;
  }

  async close(): Promise<void> {
    this.closed = true;
    // Each abandoned job hands its place to one that waits, which then finds the pool closed.
    for (const worker of this.busy) worker.abandon(stopped());
    for (const { worker } of this.idle.splice(0)) worker.kill();
    await Promise.all([...this.alive].map((worker) => worker.gone));
  }

  /** Waits in order for a place; false if the job is stopped before it gets one. */
  private turn(signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const go = () => {
        signal.removeEventListener('abort', leave);
        resolve(true);
      };
      const leave = () => {
        this.waiting.splice(this.waiting.indexOf(go), 1);
        resolve(false);
      };
      this.waiting.push(go);
      signal.addEventListener('abort', leave, { once: true });
    });
  }

  /** The idle worker that suits and was used last. */
  private take(kind: string): WorkerProcess | undefined {
    const at = this.idle.findLastIndex((idle) => idle.kind === kind && idle.worker.usable);
    return this.idle.splice(at, at < 0 ? 0 : 1)[0]?.worker;
  }

  private start(job: Job): WorkerProcess {
    // Room for the new one: the idle worker that was not needed for longest goes.
    if (this.idle.length + this.running > this.options.maxWorkers) this.idle.shift()?.worker.kill();
    const { workerPath, graceMs = 3000, under } = this.options;
    const worker = new WorkerProcess({ path: workerPath, under, env: startEnvironment(job), graceMs });
    this.alive.add(worker);
    void worker.gone.then(() => {
      this.alive.delete(worker);
      this.idle = this.idle.filter((idle) => idle.worker !== worker);
    });
    return worker;
  }

  private tell(step: string, left: string): void {
    if (this.causes.has(left)) return;
    this.causes.add(left);
    this.options.report?.({
      event: 'notice',
      level: 'info',
      step,
      message: `${step} left ${left} behind: its process was not used again, which costs later steps some milliseconds`,
    });
  }
}
