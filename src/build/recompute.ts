/** Runs steps again beside the store and compares what comes out with what is stored, bit by bit. */
import { totalmem } from 'node:os';
import { join } from 'node:path';
import type { Report } from '../core/events.ts';
import { toFailure, type Failure } from '../core/failure.ts';
import type { Executor } from '../exec/executor.ts';
import { firstDifference } from '../key/difference.ts';
import { closure } from '../pipeline/graph.ts';
import type { Step } from '../pipeline/step.ts';
import { filesByName, type Entry, type Lease, type Produced, type Store } from '../store/store.ts';
import { admission } from './admit.ts';
import { runWithRetries, type AttemptContext } from './attempt.ts';
import { gpuContext, withGpuLeases } from './gpus.ts';
import { changedInput, lostInput, watchInputs } from './inputs.ts';
import { makePlan, type Verdict } from './plan.ts';
import { prepare, type Workshop } from './prepare.ts';
import { amountsOf, checkPossible, createBroker, type Capacity } from './resources.ts';

/** A file that came out otherwise, and where. */
export interface DifferingFile {
  /** Name of the output; for a folder output with the file's path in it. */
  readonly file: string;
  /** Byte at which the two first differ; null where one of them is not there. */
  readonly offset: number | null;
  readonly stored: string | null;
  readonly recomputed: string | null;
}

export type Recomputed = { readonly step: string } & (
  | { readonly outcome: 'same'; readonly key: string; readonly ms: number }
  | {
      readonly outcome: 'differs';
      readonly key: string;
      readonly ms: number;
      readonly files: readonly DifferingFile[];
    }
  | { readonly outcome: 'failed'; readonly key: string; readonly failure: Failure }
  /** There is no present result to compare with; `state` is the step's. */
  | { readonly outcome: 'no-result'; readonly state: Exclude<Verdict['state'], 'fresh'> }
  /** Nothing can be asked of it: it runs in every run, or its result is kept whatever changes. */
  | { readonly outcome: 'skipped'; readonly because: 'volatile' | 'frozen' }
  | { readonly outcome: 'not-run' }
);

export interface RecomputeOptions {
  readonly id: string;
  readonly steps: readonly Step[];
  readonly jobs: number;
  readonly gpus: readonly number[];
  readonly stop: AbortSignal;
  readonly kill: AbortSignal;
  /** Told of each step as it is done. */
  readonly settled: (result: Recomputed) => void;
}

/** Needs are read from the store, so every step is judged by itself. Nothing is stored; checkpoints are neither read nor kept. */
export async function recompute(
  workshop: Workshop,
  executor: Executor,
  options: RecomputeOptions,
  report: Report,
): Promise<readonly Recomputed[]> {
  const { project, loaded, store } = workshop;
  const capacity: Capacity = {
    cpus: options.jobs,
    memory: totalmem(),
    gpus: options.gpus,
    numericalGpus: workshop.numerical.gpus,
    other: loaded.pipeline.resources ?? {},
  };
  checkPossible(options.steps, capacity);
  const steps = closure(options.steps);
  const prepared = await prepare(workshop, steps);
  const plan = makePlan(steps, prepared);
  const broker = withGpuLeases(createBroker(capacity), gpuContext(workshop, options.gpus, report));
  const scratch = store.jobFolder();
  const context: AttemptContext = {
    ...prepared,
    store: withOwnCheckpoints(store, scratch),
    executor,
    report,
    projectFolder: project.folder,
    stop: options.stop,
    kill: options.kill,
    again: (file) => prepared.inputs.again(file),
    logPath: (step) => join(project.state, 'logs', step.name, `${options.id}.log`),
    mustRun: () => ({ kind: 'forced' }),
  };
  const one = async (step: Step): Promise<Recomputed> => {
    const verdict = plan.get(step)!;
    if (verdict.state !== 'fresh') {
      if (step.options.volatile) return { step: step.name, outcome: 'skipped', because: 'volatile' };
      return { step: step.name, outcome: 'no-result', state: verdict.state };
    }
    if (verdict.frozen) return { step: step.name, outcome: 'skipped', because: 'frozen' };
    const take = (attempt: number): ReturnType<typeof broker.take> =>
      broker.take(amountsOf(step, capacity.numericalGpus, attempt), 0, options.stop);
    const grant = await take(0);
    if (!grant) return { step: step.name, outcome: 'not-run' };
    const held = admission(noLease, grant, take);
    const { key } = verdict.entry;
    try {
      return await compare(step, verdict, held, context);
    } catch (error) {
      return { step: step.name, outcome: 'failed', key, failure: toFailure(error) };
    } finally {
      held.release();
    }
  };
  try {
    return await Promise.all(
      options.steps.map(async (step) => {
        const result = await one(step);
        options.settled(result);
        return result;
      }),
    );
  } finally {
    store.discardJob(scratch);
  }
}

async function compare(
  step: Step,
  { description, entry }: Extract<Verdict, { state: 'fresh' }>,
  admission: Parameters<typeof runWithRetries>[2],
  context: AttemptContext,
): Promise<Recomputed> {
  const about = { step: step.name, key: entry.key };
  const lost = await lostInput(description, context.store);
  if (lost) {
    const message = `the bytes of ${lost.output} of ${lost.step.name}, which it needs, are lost`;
    const failure: Failure = {
      reason: 'object-corrupt',
      message,
      hint: `ar-pipe run --force ${lost.step.name}`,
    };
    return { ...about, outcome: 'failed', failure };
  }
  const watched = (await watchInputs(step, description, context)) ?? [];
  const made = await runWithRetries(step, description, admission, context);
  try {
    const changed = await changedInput(watched);
    if (changed !== undefined) {
      const message = `${changed} changed while ${step.name} was running`;
      return { ...about, outcome: 'failed', failure: { reason: 'input-changed', message } };
    }
    if (!made.result.ok) return { ...about, outcome: 'failed', failure: made.result.error };
    const { produced, ms } = made.result.value;
    const files = await differences(entry, produced, context.store);
    return files.length === 0
      ? { ...about, outcome: 'same', ms: Math.round(ms) }
      : { ...about, outcome: 'differs', ms: Math.round(ms), files };
  } finally {
    made.discard();
  }
}

async function differences(
  entry: Entry,
  produced: Readonly<Record<string, Produced>>,
  store: Store,
): Promise<DifferingFile[]> {
  const stored = filesByName(entry.outputs);
  const fresh = filesByName(produced);
  const found: DifferingFile[] = [];
  for (const file of [...new Set([...stored.keys(), ...fresh.keys()])].sort()) {
    const [before, after] = [stored.get(file), fresh.get(file)];
    if (before?.digest === after?.digest) continue;
    const path = before && (await store.object(before));
    found.push({
      file,
      offset: path !== undefined && after ? ((await firstDifference(path, after.path)) ?? null) : null,
      stored: before?.digest ?? null,
      recomputed: after?.digest ?? null,
    });
  }
  return found;
}

/** A saved state of the real run must not enter the comparison, nor be lost by it. */
function withOwnCheckpoints(store: Store, scratch: string): Store {
  return {
    ...store,
    checkpointFolder: (key) => join(scratch, 'checkpoints', key),
    dropCheckpoint: () => undefined,
  };
}

/** Nobody waits for what is not stored. */
const noLease: Lease = { worker: () => undefined, held: () => true, release: () => undefined };
