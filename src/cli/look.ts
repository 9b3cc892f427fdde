/** The pipeline, its results and their origins as the page and the report show them. Runs nothing. */
import { relative } from 'node:path';
import { readMetrics } from '../build/metrics.ts';
import { makePlan, type Plan, type PlanContext } from '../build/plan.ts';
import { prepare } from '../build/prepare.ts';
import { compareRecipes } from '../key/reasons.ts';
import { closure, isStep, sourcesOf } from '../pipeline/graph.ts';
import type { Step } from '../pipeline/step.ts';
import { foldGraph } from '../report/graph-fold.ts';
import { layoutGraph, type PlacedGraph } from '../report/graph-layout.ts';
import { readRun } from '../report/history.ts';
import { logTail } from '../report/log-tail.ts';
import { curvesOf } from '../report/progress.ts';
import { readProgress } from '../report/progress-record.ts';
import { filesByName, type Entry } from '../store/store.ts';
import type { Difference } from '../ui/compare.ts';
import type { Look, Made, Result, StepDetail, StoredFile, Study, StudyStep } from '../ui/study.ts';
import { statusDocument } from './documents.ts';
import { drawnGraph } from './drawn-graph.ts';
import { lastLog } from './logs.ts';
import type { CommonOptions } from './options.ts';
import { openWorkshop, type Opened } from './workshop.ts';

/** More nodes than these would be neither readable nor quickly laid out. */
const MOST_NODES = 300;
const LOG_LINES = 200;

/** Throws PipelineError as `openWorkshop` does. */
export async function lookAt(
  options: Pick<CommonOptions, 'directory' | 'pipeline' | 'profile'>,
): Promise<Look> {
  const workshop = await openWorkshop(options);
  const { loaded, store } = workshop;
  const { steps, byName } = loaded.graph;
  const lookedAt = new Date().toISOString();
  const prepared = await prepare(workshop, steps);
  const plan = makePlan(steps, prepared);
  workshop.flush();
  const seen: Seen = { ...workshop, plan, explainCode: prepared.explainCode };
  return {
    study: studyOf(seen, lookedAt),
    step(name) {
      const step = byName.get(name);
      return step && detailOf(seen, step);
    },
    lineage(name) {
      const step = byName.get(name);
      if (!step) return [];
      const behind = plan.get(step)!.state === 'fresh' ? closure([step]) : [step];
      return behind.flatMap((each) => madeOf(entryOf(seen, each)) ?? []);
    },
    differ: (before, after) => differenceOf(seen, before, after),
    async file(name, file) {
      const entry = byName.has(name) ? entryOf(seen, byName.get(name)!) : undefined;
      const ref = entry && filesByName(entry.outputs).get(file);
      return ref && (await store.object(ref));
    },
  };
}

interface Seen extends Opened {
  readonly plan: Plan;
  readonly explainCode: PlanContext['explainCode'];
}

function studyOf(seen: Seen, lookedAt: string): Study {
  const { loaded, plan, last } = seen;
  const { steps } = loaded.graph;
  const status = statusDocument(loaded.name, loaded.profile, steps, plan, last);
  const whole = drawnGraph(seen, steps, plan);
  const folded = foldGraph(whole);
  const drawn = new Set(folded.nodes.map(({ name }) => name));
  const graph: PlacedGraph | null = folded.nodes.length > MOST_NODES ? null : layoutGraph(folded);
  return {
    pipeline: loaded.name,
    profile: loaded.profile,
    profiles: Object.keys(loaded.pipeline.profiles ?? {}),
    lookedAt,
    counts: status.counts,
    steps: status.steps.map((row, i): StudyStep => {
      const { name, group } = whole.nodes[i]!;
      return { ...row, node: drawn.has(name) ? name : group, cell: steps[i]!.cell };
    }),
    graph,
    results: resultsOf(seen),
  };
}

/** Every step of a target once: under the target that is it alone, else under its own name. */
function resultsOf(seen: Seen): Result[] {
  const { targets } = seen.loaded.graph;
  const names = new Map<Step, string>();
  for (const [target, steps] of targets) if (steps.length === 1) names.set(steps[0]!, target);
  for (const step of [...targets.values()].flat()) if (!names.has(step)) names.set(step, step.name);
  return [...names].map(([step, name]): Result => {
    const entry = entryOf(seen, step);
    return {
      name,
      step: step.name,
      state: seen.plan.get(step)!.state,
      files: entry ? filesOf(entry) : null,
      made: madeOf(entry) ?? null,
    };
  });
}

/** Of the present result, else of the last one, where it is still in the store. */
function entryOf({ plan, last, store }: Seen, step: Step): Entry | undefined {
  const verdict = plan.get(step)!;
  if (verdict.state === 'fresh') return verdict.entry;
  const built = last.of(step.name)?.built;
  return built && store.find(built.key);
}

async function differenceOf(seen: Seen, before: string, after: string): Promise<Difference | undefined> {
  const [old, now] = [seen.store.find(before), seen.store.find(after)];
  if (!old || !now) return undefined;
  const step = seen.loaded.graph.byName.get(now.step);
  const reasons = compareRecipes(old.recipe, now.recipe, {
    source: (need, index) => {
      const from = step?.needs[need]?.from;
      const source = from === undefined ? undefined : sourcesOf(from)[index];
      if (!source) return { step: '' };
      return isStep(source) ? { step: source.name } : { file: source.pattern };
    },
    explainCode: (one, other) =>
      step ? seen.explainCode(step, one, other) : { file: now.step, line: 1, formattingOnly: false },
  });
  return { reasons, before: await readMetrics(old, seen.store), after: await readMetrics(now, seen.store) };
}

const filesOf = ({ outputs }: Entry): StoredFile[] =>
  [...filesByName(outputs)].map(([name, { bytes, digest }]) => ({ name, bytes, digest }));

function madeOf(entry: Entry | undefined): Made | undefined {
  if (!entry) return undefined;
  const { key, step, recipe, facts } = entry;
  const { startedAt, ms, host, run, backend, metrics } = facts;
  const { params, seed, env } = recipe;
  return { step, key, params, seed, env, backend, metrics, startedAt, ms: Math.round(ms), host, run };
}

function detailOf(seen: Seen, step: Step): StepDetail {
  const { loaded, plan, project } = seen;
  const verdict = plan.get(step)!;
  const entry = entryOf(seen, step);
  const recipe =
    (verdict.state === 'pending' ? undefined : verdict.description?.recipe) ?? entry?.recipe ?? null;
  const log = lastLog(project.state, step.name);
  const run = entry?.facts.run;
  return {
    step: step.name,
    stage: loaded.stageFile(step) ?? null,
    declaredAt: loaded.declaredAt(step) ?? null,
    params: step.params,
    needs: step.upstream.map(({ name }) => name),
    recipe: recipe && { code: recipe.code, seed: recipe.seed, env: recipe.env, inputs: recipe.inputs },
    files: entry ? filesOf(entry) : [],
    made: madeOf(entry) ?? null,
    lastReasons: run === undefined ? null : reasonsIn(project.state, run, step.name),
    log: log === undefined ? null : { path: relative(project.folder, log), lines: logTail(log, LOG_LINES) },
    curves: run === undefined ? [] : curvesOf(readProgress(project.state, run), step.name),
  };
}

function reasonsIn(state: string, run: string, step: string): StepDetail['lastReasons'] {
  const started = readRun(state, run).find((event) => event.event === 'step-started' && event.step === step);
  return started?.event === 'step-started' ? started.reasons : null;
}
