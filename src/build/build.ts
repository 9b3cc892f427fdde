/** Building ONE step: read this first. Everything it decides, it decides here; how things are done lies in what it calls. */
import { fail as failed, ok, toFailure, type Failure, type Result } from '../core/failure.ts';
import type { Reason, Report } from '../core/events.ts';
import { envlessKeyOf } from '../key/recipe.ts';
import type { Step } from '../pipeline/step.ts';
import type { JobDone } from '../exec/executor.ts';
import type { Entry, SharedResults, Store } from '../store/store.ts';
import { admit, type Admission, type AdmitContext } from './admit.ts';
import { runWithRetries, type AttemptContext } from './attempt.ts';
import type { Estimator } from './estimate.ts';
import { describe, type DescribeContext, type Description } from './describe.ts';
import { changedInput, editedInput, lostInput, watchInputs } from './inputs.ts';
import type { LastResults } from './last.ts';
import { located, type Places } from './located.ts';
import type { Outcome } from './outcome.ts';
import { lookUp, reasonsFor, type PlanContext } from './plan.ts';
import { remember } from './remember.ts';

export interface BuildContext
  extends DescribeContext, AdmitContext, AttemptContext, Pick<PlanContext, 'anyEnv' | 'explainCode'> {
  readonly store: Store;
  readonly report: Report;
  readonly stop: AbortSignal;
  readonly last: LastResults;
  readonly places: Places;
  readonly estimate: Estimator;
  /** A shared cache, where there is one. */
  readonly shared: SharedResults | undefined;
  /** Facts written into entries. */
  readonly run: { readonly id: string; readonly profile: string; readonly host: string };
  /** Makes a finished step's bytes again; the outputs it then has. */
  repair(step: Step, output: string): Promise<Outcome>;
  /** Digests of local inputs as they are now. */
  refreshLocal(step: Step): Promise<void>;
}

/** So often an input may change while its step runs, or be found edited before, until the step fails for it. */
const mostChanges = 2;
const mostEdits = 3;
/** So often a need is made again because its bytes are lost: something may take them away each time. */
const mostRepairs = 3;

/** Recipe, key, entry? Perhaps in a shared cache? Else inputs, admission (lease and resources), look again, run, check, commit. Never rejects. */
export async function build(step: Step, priority: number, context: BuildContext): Promise<Outcome> {
  let started = performance.now();
  let key: string | null = null;
  try {
    const repairs = new Map<Step, number>();
    let edits = 0;
    let changes = 0;
    for (;;) {
      const description = describe(step, context)!;
      key = description.key;
      const must = context.mustRun(step);
      const known = must ? undefined : lookUp(description, context, context.last.of(step.name));
      if (known) return reuse(step, description, known, context);
      const restored = canRestore(must) ? await findShared(description, context) : undefined;
      if (restored) return reuse(step, description, { entry: restored, from: 'remote' }, context);
      const lost = await lostInput(description, context.store);
      if (lost) {
        const times = (repairs.get(lost.step) ?? 0) + 1;
        if (times > mostRepairs) return fail(step, key, lostAgain(lost), started, context);
        repairs.set(lost.step, times);
        const repaired = await context.repair(lost.step, lost.output);
        if (repaired.kind === 'built' || repaired.kind === 'reused') continue;
        return { kind: 'not-run', because: lost.step.name };
      }
      const admission = await admit(step, key, priority, context);
      if (!admission) return { kind: 'not-run', because: null };
      // Waiting for cores is not the step's time.
      started = performance.now();
      try {
        // Another run may have finished it meanwhile.
        const made = must ? undefined : lookUp(description, context, undefined);
        if (made) return reuse(step, description, made, context);
        const watched = await watchInputs(step, description, context);
        if (!watched) continue;
        const edited = editedInput(watched);
        const result =
          edited === undefined
            ? await make(step, description, watched, admission, context)
            : failed(inputChange(edited));
        if (result.ok) {
          const outcome = { kind: 'built', entry: result.value, ms: performance.now() - started } as const;
          return remember(step, description, outcome, context);
        }
        const last = edited === undefined ? ++changes === mostChanges : ++edits === mostEdits;
        if (!isInputChange(result.error) || last) return fail(step, key, result.error, started, context);
        const message =
          edited === undefined
            ? `${result.error.message} while ${step.name} was running; it runs once more`
            : `${edited} changed since the run began; ${step.name} takes it as it is now`;
        context.report({ event: 'notice', level: 'warn', step: step.name, message });
        await context.refreshLocal(step);
      } finally {
        admission.release();
      }
    }
  } catch (error) {
    return fail(step, key, toFailure(error), started, context);
  }
}

const findShared = async (
  { key, recipe }: Description,
  { shared, anyEnv }: BuildContext,
): Promise<Entry | undefined> => shared?.find(key, anyEnv ? envlessKeyOf(recipe) : null);

/** Lost bytes may be somewhere else. */
const canRestore = (must: Reason | undefined): boolean => must === undefined || must.kind === 'output-lost';

function reuse(
  step: Step,
  description: Description,
  found: { readonly entry: Entry; readonly from?: 'remote' | 'other-env' },
  context: BuildContext,
): Outcome {
  context.store.rely([found.entry.key]);
  return remember(step, description, { kind: 'reused', ...found }, context);
}

/** Runs the step and puts what it made into the store, if its inputs stayed what they were. */
async function make(
  step: Step,
  description: Description,
  watched: NonNullable<Awaited<ReturnType<typeof watchInputs>>>,
  admission: Admission,
  context: BuildContext,
): Promise<Result<Entry>> {
  const { key } = description;
  const must = context.mustRun(step);
  const last = context.last.of(step.name);
  const reasons = must ? [must] : reasonsFor(step, description, last, context);
  context.report({
    event: 'step-started',
    step: step.name,
    key,
    reasons,
    etaMs: context.estimate(step)?.ms ?? null,
  });
  const made = await runWithRetries(step, description, admission, context);
  let isCommitted = false;
  try {
    const changed = await changedInput(watched);
    if (changed !== undefined) return failed(inputChange(changed));
    if (!made.result.ok) return made.result;
    const entry = commit(step, description, made.result.value, must !== undefined, context);
    isCommitted = true;
    return ok(entry);
  } finally {
    made.discard(isCommitted);
  }
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

const inputChange = (name: string): Failure => ({
  reason: 'input-changed',
  message: `${name} changed`,
  hint: 'let it come to rest, then run again (a step must not write to its inputs: copy them to ctx.tmp first); nothing was stored',
});

const lostAgain = ({ step, output }: { readonly step: Step; readonly output: string }): Failure => ({
  reason: 'object-corrupt',
  message: `the bytes of ${output} of ${step.name} are lost again each time they are made`,
  hint: 'does another program or step write to the store? ar-pipe verify tells more',
});

const isInputChange = (failure: Failure): boolean => failure.reason === 'input-changed';
