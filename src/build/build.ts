/** Building ONE step: read this first. Everything it decides, it decides here; how things are done lies in what it calls. */
import { rmSync } from 'node:fs';
import { toFailure, type Failure, type Result } from '../core/failure.ts';
import type { Reason, Report } from '../core/events.ts';
import { envlessKeyOf } from '../key/recipe.ts';
import type { Step } from '../pipeline/step.ts';
import type { Executor, JobDone } from '../exec/executor.ts';
import type { Entry, Store } from '../store/store.ts';
import { describe, type DescribeContext, type Description } from './describe.ts';
import { changedInput, lostInput, watchInputs } from './inputs.ts';
import { prepareJob, type JobContext } from './job.ts';
import type { LastResults } from './last.ts';
import { located, type Places } from './located.ts';
import type { Outcome } from './outcome.ts';
import { lookUp, reasonsFor, type PlanContext } from './plan.ts';
import { amountsOf, type Broker } from './resources.ts';

export interface BuildContext
  extends DescribeContext, JobContext, Pick<PlanContext, 'anyEnv' | 'explainCode'> {
  readonly store: Store;
  readonly executor: Executor;
  readonly broker: Broker;
  readonly last: LastResults;
  readonly report: Report;
  readonly places: Places;
  /** Facts written into entries. */
  readonly run: { readonly id: string; readonly profile: string; readonly host: string };
  /** Start nothing new. */
  readonly stop: AbortSignal;
  /** End what runs. */
  readonly kill: AbortSignal;
  /** Why a step must run whatever the store holds, or undefined. */
  mustRun(step: Step): Reason | undefined;
  /** Makes a finished step's bytes again; the outputs it then has. */
  repair(step: Step, output: string): Promise<Outcome>;
  /** Digests of local inputs as they are now. */
  refreshLocal(step: Step): Promise<void>;
}

/** Recipe, key, entry? Else lease, look again, inputs, resources, run, check, commit. Never rejects. */
export async function build(step: Step, priority: number, context: BuildContext): Promise<Outcome> {
  const started = performance.now();
  let key: string | null = null;
  try {
    for (let round = 1; ; round++) {
      const description = describe(step, context)!;
      key = description.key;
      const must = context.mustRun(step);
      const known = must ? undefined : lookUp(description, context);
      if (known) return remember(step, description, { kind: 'reused', ...known }, context);
      const lease = await context.store.lease(key, notifyWait(step, context.report), context.stop);
      if (!lease) return { kind: 'not-run', because: null };
      try {
        const made = must ? undefined : lookUp(description, context);
        if (made) return remember(step, description, { kind: 'reused', ...made }, context);
        const lost = await lostInput(description, context.store);
        if (lost) {
          const repaired = await context.repair(lost.step, lost.output);
          if (repaired.kind === 'failed' || repaired.kind === 'not-run')
            return { kind: 'not-run', because: lost.step.name };
          continue;
        }
        const grant = await context.broker.take(amountsOf(step), priority, context.stop);
        if (!grant) return { kind: 'not-run', because: null };
        try {
          const reasons = must ? [must] : reasonsFor(step, description, context.last.of(step.name), context);
          context.report({
            event: 'step-started',
            step: step.name,
            key,
            reasons,
            etaMs: context.last.of(step.name)?.built?.ms ?? null,
          });
          const watched = await watchInputs(description, context);
          const made = await runWithRetries(step, description, grant.gpus, lease, context);
          try {
            const changed = await changedInput(watched);
            if (changed !== undefined && round === 1) {
              context.report({
                event: 'notice',
                level: 'warn',
                step: step.name,
                message: `${changed} changed while ${step.name} was running; it runs once more`,
              });
              await context.refreshLocal(step);
              continue;
            }
            if (changed !== undefined) return fail(step, key, changedTwice(changed), started, context);
            if (!made.result.ok) return fail(step, key, made.result.error, started, context);
            const entry = commit(step, description, made.result.value, must !== undefined, context);
            return remember(
              step,
              description,
              { kind: 'built', entry, ms: performance.now() - started },
              context,
            );
          } finally {
            made.discard();
          }
        } finally {
          grant.release();
        }
      } finally {
        lease.release();
      }
    }
  } catch (error) {
    return fail(step, key, toFailure(error), started, context);
  }
}

/** The produced files lie in the job's folder until they are committed or discarded. */
interface Made {
  readonly result: Result<JobDone>;
  discard(): void;
}

async function runWithRetries(
  step: Step,
  description: Description,
  gpus: readonly number[],
  lease: { worker(pid: number): void },
  context: BuildContext,
): Promise<Made> {
  const retries = step.options.retries ?? 0;
  for (let attempt = 0; ; attempt++) {
    const isLastRetry = attempt > 0 && attempt === retries;
    if (isLastRetry || context.mustRun(step)?.kind === 'forced')
      context.store.dropCheckpoint(description.key);
    const made = await runOnce(step, description, gpus, lease, context);
    if (made.result.ok || attempt >= retries || context.kill.aborted) return made;
    made.discard();
    const message = `${step.name} failed (${made.result.error.message}); try ${attempt + 2} of ${retries + 1} follows`;
    context.report({ event: 'notice', level: 'warn', step: step.name, message });
    await pause(1000 * 2 ** attempt, context.stop);
  }
}

async function runOnce(
  step: Step,
  description: Description,
  gpus: readonly number[],
  lease: { worker(pid: number): void },
  context: BuildContext,
): Promise<Made> {
  const job = await prepareJob(step, description, gpus, context);
  const discard = (): void => {
    rmSync(job.folder, { recursive: true, force: true });
  };
  try {
    const result = await context.executor.run(job, {
      signal: context.kill,
      onProgress: (progress) => {
        context.report({ event: 'step-progress', step: step.name, ...progress });
      },
      onWorker: (pid) => {
        lease.worker(pid);
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

function commit(
  step: Step,
  description: Description,
  done: JobDone,
  replace: boolean,
  context: BuildContext,
): Entry {
  const { key, recipe } = description;
  if (replace) context.store.forget(key);
  const facts = {
    run: context.run.id,
    startedAt: new Date(Date.now() - done.ms).toISOString(),
    ms: done.ms,
    host: context.run.host,
    profile: context.run.profile,
    ...(Object.keys(done.metrics).length > 0 ? { metrics: done.metrics } : {}),
    ...(done.backend ? { backend: done.backend } : {}),
  };
  const { entry, differs } = context.store.commit(
    { key, step: step.name, recipe, facts },
    done.produced,
    envlessKeyOf(recipe),
  );
  context.store.dropCheckpoint(key);
  if (differs.length > 0) {
    context.report({
      event: 'notice',
      level: 'warn',
      step: step.name,
      message: `${step.name} is not deterministic: ${differs.join(', ')} came out differently from the stored result, which is kept`,
    });
  }
  return entry;
}

/** Notes what the step was last built with, where that changed, so that the next difference can be explained. */
function remember(
  step: Step,
  { key, recipe }: Description,
  outcome: Outcome & { entry: Entry },
  context: BuildContext,
): Outcome {
  const { entry } = outcome;
  const last = context.last.of(step.name);
  if (outcome.kind === 'built' || last?.built?.key !== key || last.failed) {
    const built = {
      key,
      recipe,
      outputs: entry.outputs,
      at: entry.facts.startedAt,
      ms: entry.facts.ms,
      run: entry.facts.run,
    };
    context.last.set({ step: step.name, built, frozen: last?.frozen });
  }
  return outcome;
}

function fail(
  step: Step,
  key: string | null,
  found: Failure,
  started: number,
  context: BuildContext,
): Outcome {
  const failure = located(step, found, context.places);
  if (key !== null && failure.reason !== 'stopped') {
    const failed = { key, failure, at: new Date().toISOString(), run: context.run.id };
    try {
      context.last.set({ ...context.last.of(step.name), step: step.name, failed });
    } catch {
      // A full or read-only disk: the failure itself is what the user must hear of.
    }
  }
  return { kind: 'failed', failure, key, ms: performance.now() - started };
}

const changedTwice = (name: string): Failure => ({
  reason: 'input-changed',
  message: `${name} changed while the step was running, twice`,
  hint: 'let it come to rest, then run again (a step must not write to its inputs: copy them to ctx.tmp first); nothing was stored',
});

function notifyWait(step: Step, report: Report): (owner: string) => void {
  return (owner) => {
    report({
      event: 'notice',
      level: 'info',
      step: step.name,
      message: `${step.name} is being built by ${owner}; waiting for it`,
    });
  };
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
