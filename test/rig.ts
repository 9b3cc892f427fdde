/**
 * A run whose steps are held: the real planner, builder and scheduler with a store in memory and an executor that waits
 * until the test lets each job go. No sleeps.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { LastResult, LastResults } from '../src/build/last.ts';
import type { GpuLeases, OutputRef, Produced, Store } from '../src/store/store.ts';
import type { Event, Metrics } from '../src/core/events.ts';
import type { Failure, Result } from '../src/core/failure.ts';
import type { Executor, Job, JobDone, JobHooks } from '../src/exec/executor.ts';
import { openPlaced } from '../src/build/placed.ts';
import { makePlan, type Plan, type Verdict } from '../src/build/plan.ts';
import { prepare, type Prepared, type Workshop } from '../src/build/prepare.ts';
import { recompute, type Recomputed } from '../src/build/recompute.ts';
import { run, type RunOptions, type RunResult } from '../src/build/run.ts';
import { sha256 } from '../src/key/recipe.ts';
import { buildGraph, closure } from '../src/pipeline/graph.ts';
import { pipeline, type Target } from '../src/pipeline/pipeline.ts';
import { select } from '../src/pipeline/select.ts';
import { exportOutput } from '../src/store/restore.ts';
import { createMemoryStore } from '../src/store/memory.ts';
import type { Step } from '../src/pipeline/step.ts';

/** A job that has started and waits for the test. */
export interface Held {
  readonly job: Job;
  readonly hooks: JobHooks;
  /** Ends well; outputs not named are written with the step's name and parameters as content. */
  exit(outputs?: Readonly<Record<string, string>>, metrics?: Metrics): void;
  fail(failure?: Partial<Failure>): void;
}

export interface Rig {
  readonly folder: string;
  readonly store: Store;
  readonly events: Event[];
  /** Text that stands for the code of each stage; change it to edit a stage. */
  readonly code: Map<object, string>;
  /** Jobs started so far, by step, in order. */
  readonly started: string[];
  file(path: string, content: string): void;
  run(
    targets: Readonly<Record<string, Target>>,
    options?: Partial<RunOptions> & { only?: readonly string[] },
  ): Promise<RunResult>;
  /** Runs with every job let go at once; the steps that were built. */
  runAll(
    targets: Readonly<Record<string, Target>>,
    options?: Partial<RunOptions> & { only?: readonly string[] },
  ): Promise<string[]>;
  /** The job of a step, once it has started. */
  next(step: string): Promise<Held>;
  status(targets: Readonly<Record<string, Target>>): Promise<Record<string, Verdict>>;
  plan(
    targets: Readonly<Record<string, Target>>,
  ): Promise<{ plan: Plan; prepared: Prepared; last: LastResults }>;
  outcomes(): Record<string, string>;
  /** Runs these steps again beside the store, their jobs held as in `run`. */
  recompute(
    targets: Readonly<Record<string, Target>>,
    only?: readonly string[],
  ): Promise<readonly Recomputed[]>;
  close(): void;
}

export function createRig(
  options: {
    readonly store?: Store;
    readonly gpuLeases?: GpuLeases;
    readonly last?: LastResults;
    readonly numerical?: Readonly<Record<string, string>>;
  } = {},
): Rig {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'ar-pipe-rig-')));
  mkdirSync(join(folder, 'store'));
  const store = options.store ?? createMemoryStore(join(folder, 'store'));
  const events: Event[] = [];
  const started: string[] = [];
  const code = new Map<object, string>();
  const held = new Map<string, Held[]>();
  const awaited = new Map<string, ((held: Held) => void)[]>();
  const last = options.last ?? memoryLast();
  let letGo = false;

  const executor: Executor = {
    run: (job, hooks) =>
      new Promise((resolve) => {
        started.push(job.step);
        const one = hold(job, hooks, resolve);
        hooks.signal.addEventListener('abort', () => {
          one.fail({ reason: 'stopped', message: 'stopped' });
        });
        if (letGo) {
          one.exit();
          return;
        }
        const waiting = awaited.get(job.step)?.shift();
        if (waiting) waiting(one);
        else held.set(job.step, [...(held.get(job.step) ?? []), one]);
      }),
    close: () => Promise.resolve(),
  };
  const workshop = (targets: Readonly<Record<string, Target>>): Workshop => ({
    project: {
      folder,
      pipelineFile: 'pipeline.ts',
      state: join(folder, 'cache'),
      store: join(folder, 'store'),
      artifacts: join(folder, 'artifacts'),
    },
    loaded: {
      pipeline: pipeline({ seed: 1, targets: () => targets }),
      name: 'rig',
      profile: 'default',
      isDefaultProfile: true,
      graph: buildGraph(targets),
      stageFile: (step) => fileOf(step, code),
      declaredAt: () => 'pipeline.ts:1:1',
      stageAt: () => 'stage.ts:1:1',
    },
    coder: {
      stages: async (files) =>
        new Map(files.map((file) => [file, { digest: file, bundle: `/${file}`, map: '' }])),
      pipeline: () => Promise.reject(new Error('the rig has no pipeline file')),
      check: () => undefined,
      noteHelpers: () => undefined,
      notedHelpers: () => undefined,
      explain: (_before, _after, file) => ({ file: file.split('#')[0]!, line: 1, formattingOnly: false }),
    },
    store,
    gpuLeases: options.gpuLeases ?? freeGpus(),
    last,
    placed: openPlaced(join(folder, 'cache')),
    digests: { digest: (path) => Promise.resolve(refOf(readFileSync(path))) },
    numerical: { identity: options.numerical ?? { backend: 'test' }, gpus: 0, variables: {} },
    outerEnv: { PATH: process.env['PATH'] },
    exportOutput,
  });
  const rig: Rig = {
    folder,
    store,
    events,
    code,
    started,
    file(path, content) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    },
    run(targets, more = {}) {
      events.length = 0;
      started.length = 0;
      const shop = workshop(targets);
      return run(
        shop,
        executor,
        {
          id: 'run',
          selection: select(shop.loaded.graph, more.only ?? Object.keys(targets)),
          policy: 'stop',
          jobs: 8,
          gpus: [],
          forced: new Set(),
          anyEnv: true,
          stop: new AbortController(),
          kill: new AbortController(),
          ...more,
        },
        (event) => {
          events.push(event);
        },
      );
    },
    async runAll(targets, more) {
      letGo = true;
      try {
        await rig.run(targets, more);
      } finally {
        letGo = false;
      }
      return [...started].sort();
    },
    next(step) {
      const waiting = held.get(step)?.shift();
      if (waiting) return Promise.resolve(waiting);
      return new Promise((resolve) => awaited.set(step, [...(awaited.get(step) ?? []), resolve]));
    },
    async plan(targets) {
      const shop = workshop(targets);
      const steps = closure(shop.loaded.graph.steps);
      const prepared = await prepare(shop, steps);
      return { plan: makePlan(steps, prepared), prepared, last };
    },
    async status(targets) {
      const { plan } = await rig.plan(targets);
      return Object.fromEntries([...plan].map(([step, verdict]) => [step.name, verdict]));
    },
    outcomes: () =>
      Object.fromEntries(
        events.flatMap((event) => (event.event === 'step-finished' ? [[event.step, event.outcome]] : [])),
      ),
    recompute(targets, only = Object.keys(targets)) {
      events.length = 0;
      started.length = 0;
      const shop = workshop(targets);
      const { steps } = select(shop.loaded.graph, only);
      const signal = new AbortController().signal;
      const how = {
        id: 'again',
        steps,
        jobs: 8,
        gpus: [],
        stop: signal,
        kill: signal,
        settled: () => undefined,
      };
      return recompute(shop, executor, how, (event) => {
        events.push(event);
      });
    },
    close() {
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return rig;
}

/** The stage's file and its present text, so that the coder above can make a digest of it. */
function fileOf(step: Step, code: ReadonlyMap<object, string>): string {
  return `stage.ts#${sha256(code.get(step.stage) ?? 'first')}`;
}

function hold(job: Job, hooks: JobHooks, resolve: (result: Result<JobDone>) => void): Held {
  return {
    job,
    hooks,
    exit(outputs = {}, metrics = {}) {
      const produced: Record<string, Produced> = {};
      mkdirSync(join(job.folder, 'out'), { recursive: true });
      for (const { name } of job.outputs) {
        const content = outputs[name] ?? `${job.step} ${JSON.stringify(job.params)}`;
        const path = join(job.folder, 'out', name);
        writeFileSync(path, content);
        produced[name] = { ...refOf(Buffer.from(content)), kind: 'file', path };
      }
      resolve({ ok: true, value: { produced, metrics, backend: null, ms: 1 } });
    },
    fail(failure = {}) {
      resolve({ ok: false, error: { reason: 'stage-threw', message: 'it broke', ...failure } });
    },
  };
}

function refOf(bytes: Uint8Array): OutputRef & { kind: 'file' } {
  return { kind: 'file', digest: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length };
}

/** No other run is on the machine. */
function freeGpus(): GpuLeases {
  const used = new Set<number>();
  return {
    take(wanted, among) {
      const gpus = among.filter((gpu) => !used.has(gpu)).slice(0, wanted);
      for (const gpu of gpus) used.add(gpu);
      const release = (): void => {
        for (const gpu of gpus) used.delete(gpu);
      };
      return Promise.resolve({ gpus, worker: () => undefined, release });
    },
  };
}

function memoryLast(): LastResults {
  const results = new Map<string, LastResult>();
  return {
    of: (step) => results.get(step),
    set: (result) => {
      results.set(result.step, result);
    },
  };
}
