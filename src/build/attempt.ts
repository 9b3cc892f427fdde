/** The tries of one step: a job each, in a folder of its own. */
import type { Reason, Report } from '../core/events.ts';
import type { Failure, Result } from '../core/failure.ts';
import type { Executor, JobDone } from '../exec/executor.ts';
import type { Step } from '../pipeline/step.ts';
import type { Admission } from './admit.ts';
import type { Description } from './describe.ts';
import { prepareJob, type JobContext } from './job.ts';

export interface AttemptContext extends JobContext {
  readonly executor: Executor;
  readonly report: Report;
  /** Start nothing new. */
  readonly stop: AbortSignal;
  /** End what runs. */
  readonly kill: AbortSignal;
  /** Why a step must run whatever the store holds, or undefined. */
  mustRun(step: Step): Reason | undefined;
}

/** The produced files lie in the job's folder until they are committed or discarded. */
export interface Made {
  readonly result: Result<JobDone>;
  /** `areMoved`: all files were taken over by the store. */
  discard(areMoved?: boolean): void;
}

/** Runs the step's job until it succeeds or its retries are used up; the last one starts from nothing. */
export async function runWithRetries(
  step: Step,
  description: Description,
  admission: Admission,
  context: AttemptContext,
): Promise<Made> {
  const retries = step.options.retries ?? 0;
  for (let attempt = 0; ; attempt++) {
    const isLastRetry = attempt > 0 && attempt === retries;
    if (isLastRetry || context.mustRun(step)?.kind === 'forced')
      context.store.dropCheckpoint(description.key);
    const made = await runOnce(step, description, admission, attempt, context);
    if (made.result.ok || attempt >= retries || context.kill.aborted) return made;
    const message = `${step.name} failed (${made.result.error.message}); try ${attempt + 2} of ${retries + 1} follows`;
    context.report({ event: 'notice', level: 'warn', step: step.name, message });
    // Others may run meanwhile.
    admission.pause();
    await pause(1000 * 2 ** attempt, context.stop);
    if (!(await admission.again(attempt + 1))) return made;
    made.discard();
  }
}

async function runOnce(
  step: Step,
  description: Description,
  { lease, grant }: Admission,
  attempt: number,
  context: AttemptContext,
): Promise<Made> {
  const job = await prepareJob(step, description, { gpus: grant.gpus, attempt }, context);
  // What else a job that succeeded left, its worker has removed.
  const isFlat = job.outputs.every(({ kind, name }) => kind !== 'dir' && !name.includes('/'));
  const discard = (areMoved = false): void => {
    context.store.discardJob(job.folder, areMoved && isFlat);
  };
  try {
    const result = await context.executor.run(job, {
      signal: context.kill,
      onProgress: (progress) => {
        context.report({ event: 'step-progress', step: step.name, ...progress });
      },
      onWorker: (worker) => {
        lease.worker(worker);
        grant.worker(worker);
      },
    });
    const mismatch = result.ok && job.numerical ? backendMismatch(result.value, description) : undefined;
    return { result: mismatch ?? result, discard };
  } catch (error) {
    discard();
    throw error;
  }
}

function backendMismatch(
  { backend }: JobDone,
  { recipe }: Description,
): { ok: false; error: Failure } | undefined {
  for (const [name, used] of Object.entries(backend ?? {})) {
    const expected = recipe.env[name];
    if (expected === undefined || expected === used) continue;
    return {
      ok: false,
      error: {
        reason: 'stage-threw',
        message: `the worker computed with ${name} ${used}, but the run was planned with ${expected}`,
        hint: 'run ar-pipe doctor, then ar-pipe setup',
      },
    };
  }
  return undefined;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done);
  });
}
