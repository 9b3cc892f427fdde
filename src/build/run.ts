/** One run: plan, say what is reused, build the rest in order, put the targets' files where users look. */
import { hostname, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Counts, Event, Reason, Report } from '../core/events.ts';
import type { Executor } from '../exec/executor.ts';
import { closure } from '../pipeline/graph.ts';
import type { Selection } from '../pipeline/select.ts';
import type { Step } from '../pipeline/step.ts';
import type { SharedResults, Store } from '../store/store.ts';
import type { Published } from './artifacts.ts';
import { build, type BuildContext } from './build.ts';
import { assumedMs, createEstimator, type Estimator } from './estimate.ts';
import { forecaster } from './forecast.ts';
import type { Outcome } from './outcome.ts';
import { gpuContext, withGpuLeases } from './gpus.ts';
import { makePlan, type Plan } from './plan.ts';
import { prepare, type Prepared, type Workshop } from './prepare.ts';
import { publishTargets } from './publish-targets.ts';
import { remember } from './remember.ts';
import { amountsOf, checkPossible, createBroker, demandOf, shareOf, type Capacity } from './resources.ts';
import { schedule, type FailurePolicy } from './schedule.ts';
import { forgiving } from './shared.ts';
import type { Failure } from '../core/failure.ts';

export interface RunOptions {
  readonly id: string;
  readonly selection: Selection;
  readonly policy: FailurePolicy;
  readonly jobs: number;
  readonly gpus: readonly number[];
  readonly forced: ReadonlySet<Step>;
  readonly anyEnv: boolean;
  /** Asked before a step is run. */
  readonly shared?: SharedResults | undefined;
  /** Aborted to start nothing new, and to end what runs. */
  readonly stop: AbortController;
  readonly kill: AbortController;
}

export interface RunResult {
  readonly ok: boolean;
  readonly counts: Counts;
  readonly published: readonly Published[];
  readonly failures: readonly { readonly step: string; readonly failure: Failure }[];
}

/** Throws PipelineError for what makes the whole run impossible; a failed step is part of the result. */
export async function run(
  workshop: Workshop,
  executor: Executor,
  options: RunOptions,
  report: Report,
): Promise<RunResult> {
  const started = performance.now();
  const { loaded } = workshop;
  const steps = closure(options.selection.steps);
  const capacity: Capacity = {
    cpus: options.jobs,
    memory: totalmem(),
    gpus: options.gpus,
    numericalGpus: workshop.numerical.gpus,
    other: loaded.pipeline.resources ?? {},
  };
  checkPossible(steps, capacity);
  const prepared = await prepare(workshop, steps, options);
  const plan = makePlan(steps, prepared);
  relyOnResults(plan, workshop.store);

  const targets =
    options.selection.targets.length > 0
      ? options.selection.targets
      : options.selection.steps.map(({ name }) => name);
  report({
    event: 'run-started',
    run: options.id,
    pipeline: loaded.name,
    profile: loaded.profile,
    targets,
    steps: steps.length,
    at: new Date().toISOString(),
  });
  const counts: Counts = { built: 0, reused: 0, failed: 0, notRun: 0 };
  const failures: { step: string; failure: Failure }[] = [];
  const done = new Map<Step, Outcome>();
  const estimate = createEstimator(steps, workshop.last);
  const open = steps.filter((step) => plan.get(step)!.state !== 'fresh');
  const foretell = forecaster(
    {
      steps: open,
      isSettled: (step) => done.has(step),
      isStopping: () => options.stop.signal.aborted,
      expected: (step) => estimate(step)?.ms,
      share: (step) => shareOf(step, capacity),
    },
    report,
  );
  const tell: Report = (event) => {
    report(event);
    foretell(event);
  };
  const settled = (step: Step, outcome: Outcome): void => {
    counts[outcome.kind === 'not-run' ? 'notRun' : outcome.kind]++;
    if (outcome.kind === 'built') estimate.learn(step);
    if (outcome.kind === 'failed') failures.push({ step: step.name, failure: outcome.failure });
    tell(finished(step, outcome));
  };
  const notes = { last: workshop.last, store: workshop.store, report };
  for (const [step, verdict] of plan) {
    if (verdict.state !== 'fresh') continue;
    const reused = {
      kind: 'reused',
      entry: verdict.entry,
      ...(verdict.from ? { from: verdict.from } : {}),
    } as const;
    const outcome = remember(step, verdict.description, reused, notes);
    done.set(step, outcome);
    settled(step, outcome);
  }
  const known = { ...options, capacity, plan, done, estimate };
  const context = buildContext(workshop, prepared, executor, known, tell);
  await schedule({
    steps: open,
    done,
    policy: options.policy,
    stop: options.stop,
    kill: options.kill,
    demand: (step) => demandOf(amountsOf(step, capacity.numericalGpus)),
    estimate: (step) => assumedMs(step, estimate),
    settled,
    visit: (step, priority) => build(step, priority, context),
  });
  const published = await publishTargets(workshop, options.selection.targets, steps, done, context, failures);
  const ok = counts.failed === 0 && counts.notRun === 0 && failures.length === 0;
  report({ event: 'run-finished', run: options.id, ok, counts, ms: performance.now() - started });
  return { ok, counts, published, failures };
}

/** A run that builds nothing is over before a collector could come in between. */
function relyOnResults(plan: Plan, store: Store): void {
  const keys = [...plan.values()].flatMap((verdict) =>
    verdict.state === 'fresh' ? [verdict.entry.key] : [],
  );
  if (keys.length < plan.size) store.rely(keys);
}

function finished(step: Step, outcome: Outcome): Event {
  const common = { event: 'step-finished', step: step.name, outcome: outcome.kind } as const;
  switch (outcome.kind) {
    case 'built':
      return { ...common, key: outcome.entry.key, ms: Math.round(outcome.ms) };
    case 'reused':
      return { ...common, key: outcome.entry.key, ms: 0, ...(outcome.from ? { from: outcome.from } : {}) };
    case 'failed':
      return { ...common, key: outcome.key, ms: Math.round(outcome.ms), failure: outcome.failure };
    case 'not-run':
      return { ...common, key: null, ms: 0, because: outcome.because };
  }
}

interface Known {
  readonly capacity: Capacity;
  readonly plan: Plan;
  readonly done: Map<Step, Outcome>;
  readonly estimate: Estimator;
}

function buildContext(
  workshop: Workshop,
  prepared: Prepared,
  executor: Executor,
  options: RunOptions & Known,
  report: Report,
): BuildContext {
  const { project, loaded, store, last } = workshop;
  const must = new Map<Step, Reason>();
  for (const [step, verdict] of options.plan) {
    if (verdict.state !== 'stale') continue;
    const reason = verdict.reasons.find(
      ({ kind }) => kind === 'forced' || kind === 'volatile' || kind === 'output-lost',
    );
    if (reason) must.set(step, reason);
  }
  for (const step of options.plan.keys()) {
    if (options.forced.has(step)) must.set(step, { kind: 'forced' });
    else if (step.options.volatile && !must.has(step)) must.set(step, { kind: 'volatile' });
  }
  const fresh = new Map<string, ReturnType<Prepared['inputs']['of']>>();
  const repairs = new Map<Step, Promise<Outcome>>();
  const context: BuildContext = {
    ...prepared,
    store,
    executor,
    last,
    report,
    estimate: options.estimate,
    shared: options.shared && forgiving(options.shared, report, options.stop.signal),
    places: loaded,
    projectFolder: project.folder,
    broker: withGpuLeases(createBroker(options.capacity), gpuContext(workshop, options.gpus, report)),
    numericalGpus: options.capacity.numericalGpus,
    run: { id: options.id, profile: loaded.profile, host: hostname() },
    stop: options.stop.signal,
    kill: options.kill.signal,
    outputsOf(step) {
      const outcome = options.done.get(step);
      return outcome?.kind === 'built' || outcome?.kind === 'reused' ? outcome.entry.outputs : undefined;
    },
    local: (input) => fresh.get(input.pattern) ?? prepared.inputs.of(input),
    again: (file) => prepared.inputs.again(file),
    async refreshLocal(step) {
      for (const [pattern, files] of await prepared.inputs.reread(step)) fresh.set(pattern, files);
    },
    logPath: (step) => join(project.state, 'logs', step.name, `${options.id}.log`),
    mustRun: (step) => must.get(step),
    repair(step, output) {
      // Steps that miss the same bytes wait for one repair; bytes that are lost again later get another.
      const running = repairs.get(step) ?? rebuild(step, output).finally(() => repairs.delete(step));
      repairs.set(step, running);
      return running;
    },
  };
  const rebuild = async (step: Step, output: string): Promise<Outcome> => {
    must.set(step, { kind: 'output-lost', output });
    const outcome = await build(step, Number.MAX_SAFE_INTEGER, context);
    if (outcome.kind === 'built' || outcome.kind === 'reused') {
      options.done.set(step, outcome);
      report({
        event: 'step-repaired',
        step: step.name,
        output,
        digest: outcome.entry.outputs[output]?.digest ?? '',
      });
    }
    return outcome;
  };
  return context;
}
