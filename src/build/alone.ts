/** One step by itself, in a folder that stays, for those who debug it. Nothing is stored. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fail, PipelineError, type Result } from '../core/failure.ts';
import type { Executor, Job, JobDone, JobProgress } from '../exec/executor.ts';
import { closure } from '../pipeline/graph.ts';
import type { Step } from '../pipeline/step.ts';
import { filesByName, type Entry, type Store } from '../store/store.ts';
import { describe, type Description } from './describe.ts';
import { changedInput, lostInput, watchInputs } from './inputs.ts';
import { prepareJob, type JobContext } from './job.ts';
import { located } from './located.ts';
import { makePlan } from './plan.ts';
import { prepare, type Workshop } from './prepare.ts';

export interface AloneOptions {
  readonly step: Step;
  /** The job's folder: emptied first, left as the step leaves it. Inside the project, so that packages resolve. */
  readonly folder: string;
  readonly gpus: readonly number[];
  /** `host:port` on which the worker waits for a debugger before the stage runs; no time limit then. */
  readonly inspect: string | undefined;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: JobProgress) => void;
}

export interface Alone {
  readonly key: string;
  readonly result: Result<JobDone>;
  /** Files and folders it declares as inputs, where they lie: helper files of a command among them. */
  readonly inputs: readonly { readonly name: string; readonly path: string }[];
  /** Files that came out otherwise than in the stored result of the same recipe; undefined where there is none. */
  readonly differing: readonly string[] | undefined;
}

/** Throws PipelineError where what the step needs is not there. */
export async function runAlone(
  workshop: Workshop,
  executor: Executor,
  options: AloneOptions,
): Promise<Alone> {
  const { project, loaded, store } = workshop;
  const { step, folder, inspect } = options;
  const prepared = await prepare(workshop, closure([step]));
  const context: JobContext = {
    ...prepared,
    store: keeping(store, folder),
    projectFolder: project.folder,
    again: (file) => prepared.inputs.again(file),
    logPath: () => join(folder, 'log'),
  };
  const description = await presentDescription(step, store, prepared);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const watched = (await watchInputs(step, description, context)) ?? [];
  const job = forPeople(await prepareJob(step, description, { gpus: options.gpus, attempt: 0 }, context));
  const result = await executor.run(inspect === undefined ? job : debuggable(job, inspect), {
    signal: options.signal,
    onProgress: options.onProgress,
    onWorker: () => undefined,
  });
  const { key } = description;
  const about = { key, inputs: watched.map(({ name, path }) => ({ name, path })) };
  if (!result.ok)
    return { ...about, result: fail(located(step, result.error, loaded)), differing: undefined };
  const changed = await changedInput(watched);
  if (changed !== undefined) {
    const message = `${changed} changed while ${step.name} was running`;
    return { ...about, result: fail({ reason: 'input-changed', message }), differing: undefined };
  }
  return { ...about, result, differing: differences(store.find(key), result.value) };
}

/** What the step would be built from now. */
async function presentDescription(
  step: Step,
  store: Store,
  prepared: Awaited<ReturnType<typeof prepare>>,
): Promise<Description> {
  const plan = makePlan(closure([step]), prepared);
  const entryOf = (need: Step): Entry | undefined => {
    const verdict = plan.get(need)!;
    return verdict.state === 'fresh' ? verdict.entry : undefined;
  };
  const description = describe(step, { ...prepared, outputsOf: (need) => entryOf(need)?.outputs });
  const lost = description && (await lostInput(description, store));
  if (description && !lost) return description;
  const missing = lost ? [lost.step] : step.upstream.filter((need) => !entryOf(need));
  const names = missing.map(({ name }) => name);
  throw new PipelineError({
    reason: 'usage',
    message: `${step.name} cannot run by itself: ${names.length === 1 ? `${names[0]!} is` : `${names.length} steps it needs are`} not fresh`,
    hint: `ar-pipe run ${names.slice(0, 3).join(' ')}${names.length > 3 ? ' …' : ''}`,
  });
}

function keeping(store: Store, folder: string): Store {
  return {
    ...store,
    jobFolder: () => folder,
    discardJob: () => undefined,
    checkpointFolder: () => join(folder, 'checkpoint'),
    dropCheckpoint: () => undefined,
  };
}

/** For people who look into the folder: links say where they lead, and nothing is cleared away. */
const forPeople = (job: Job): Job => ({
  ...job,
  isKept: true,
  links: job.links.map((link) => ({ ...link, isStored: false })),
});

/** The bundle again, beside a source map with absolute names: a debugger then shows TypeScript. */
function debuggable(job: Job, inspect: string): Job {
  const { work, folder, project } = job;
  const freed = { ...job, inspect, timeoutMs: null };
  if (work.kind !== 'stage' || work.sourceMap === null) return freed;
  const map = JSON.parse(readFileSync(work.sourceMap, 'utf8')) as { sources: string[] };
  const sources = map.sources.map((source) => pathToFileURL(join(project, source)).href);
  const bundle = join(folder, 'stage.mjs');
  writeFileSync(`${bundle}.map`, JSON.stringify({ ...map, sources }));
  writeFileSync(bundle, `${readFileSync(work.bundle, 'utf8')}\n//# sourceMappingURL=stage.mjs.map\n`);
  return { ...freed, work: { ...work, bundle } };
}

function differences(stored: Entry | undefined, { produced }: JobDone): string[] | undefined {
  if (!stored) return undefined;
  const [before, after] = [filesByName(stored.outputs), filesByName(produced)];
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((file) => before.get(file)?.digest !== after.get(file)?.digest)
    .sort();
}
