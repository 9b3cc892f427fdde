/** From pipeline.ts on disk to a graph. The only place that evaluates a user's pipeline. */
import { readFileSync, realpathSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { codeFrame } from '../core/code-frame.ts';
import { PipelineError, toFailure, type Failure } from '../core/failure.ts';
import { originOf, placesIn, placeText, type Place } from '../core/stack.ts';
import type { Coder, FrozenCode } from '../key/code.ts';
import { buildGraph, type Graph } from './graph.ts';
import { loading } from './loading.ts';
import { isPipeline, type Pipeline } from './pipeline.ts';
import type { Project } from './project.ts';
import { nearest } from './select.ts';
import { stageMark } from './stage.ts';
import type { Step } from './step.ts';

export interface Loaded {
  readonly pipeline: Pipeline;
  readonly name: string;
  readonly profile: string;
  readonly isDefaultProfile: boolean;
  readonly graph: Graph;
  /** File of a step's stage, relative to the project; undefined for commands. */
  stageFile(step: Step): string | undefined;
  /** Where a step was declared, as `pipeline.ts:41:14`. */
  declaredAt(step: Step): string | undefined;
  /** Where its stage was defined, as `stages/train.ts:12:16`; for commands in pipeline.ts, the same as `declaredAt`. */
  stageAt(step: Step): string | undefined;
}

export interface LoadOptions {
  readonly profile?: string | undefined;
  /** `STEP.param=value` texts. */
  readonly set?: readonly string[];
}

/** Throws PipelineError: pipeline-not-loaded, invalid-params, duplicate-step, usage ..., each with its place. */
export async function loadPipeline(
  project: Project,
  coder: Coder,
  options: LoadOptions = {},
): Promise<Loaded> {
  const code = await coder.pipeline(project.pipelineFile);
  const context = loading();
  context.overrides = options.set ?? [];
  context.used.clear();
  try {
    const module = await withStdoutAside(
      async () => (await import(pathToFileURL(code.bundle).href)) as { readonly default?: unknown },
    );
    if (!isPipeline(module.default)) {
      throw new PipelineError({
        reason: 'pipeline-not-loaded',
        message: `${project.pipelineFile} does not export a pipeline`,
        hint: 'end it with: export default pipeline({ … })',
      });
    }
    const { profile, isDefault } = chooseProfile(module.default, options.profile);
    const { targets: declare, profiles } = module.default;
    const targets = await withStdoutAside(() =>
      declare({ profile: profiles?.[profile], profileName: profile }),
    );
    const graph = buildGraph(targets);
    requireStageFiles(graph, context.stageFiles);
    requireDefaults(module.default.default ?? [], graph);
    requireUsed(context.overrides, context.used, graph);
    const declaredAt = (step: Step): string | undefined =>
      placeOf(step.declared.stack ?? '', code, project)?.at;
    return {
      pipeline: module.default,
      name: module.default.name ?? packageName(project),
      profile,
      isDefaultProfile: isDefault,
      graph,
      stageFile: (step) => context.stageFiles.get(step.stage),
      declaredAt,
      stageAt: (step) =>
        step.stage[stageMark] === 'command'
          ? declaredAt(step)
          : placesOf(step.stage.declared.stack ?? '', code).map(placeText)[0],
    };
  } catch (error) {
    throw new PipelineError(locate(error, code, project));
  }
}

/** Standard output is for results, so what a pipeline prints while it is evaluated goes to standard error. */
async function withStdoutAside<T>(body: () => T | Promise<T>): Promise<T> {
  const { stdout, stderr } = process;
  const write = stdout.write.bind(stdout);
  stdout.write = stderr.write.bind(stderr);
  try {
    return await body();
  } finally {
    stdout.write = write;
  }
}

function requireUsed(overrides: readonly string[], used: ReadonlySet<string>, graph: Graph): void {
  for (const text of overrides) {
    if (used.has(text)) continue;
    const parts = /^(.*)\.[A-Za-z_][\w.]*=/s.exec(text);
    const near = parts ? nearest(parts[1]!, [...graph.byName.keys()]) : [];
    const isName = graph.targets.has(text) || graph.byName.has(text);
    const meant = isName ? 'what to run stands before --set, or after another flag' : undefined;
    throw new PipelineError({
      reason: parts ? 'unknown-target' : 'usage',
      message: parts
        ? `--set ${text}: there is no step '${parts[1]!}'`
        : `--set ${text}: write STEP.param=value`,
      hint: near.length > 0 ? `did you mean ${near.join(' or ')}?` : meant,
    });
  }
}

function chooseProfile(
  pipeline: Pipeline,
  asked: string | undefined,
): { profile: string; isDefault: boolean } {
  const names = Object.keys(pipeline.profiles ?? {});
  const standard = pipeline.defaultProfile ?? names[0] ?? 'default';
  if (pipeline.defaultProfile !== undefined && !names.includes(standard)) {
    throw new PipelineError({
      reason: 'pipeline-not-loaded',
      message: `the pipeline's defaultProfile '${standard}' is not one of its profiles`,
      hint: `they are: ${names.join(', ') || 'none'}`,
    });
  }
  if (asked === undefined || asked === standard) return { profile: standard, isDefault: true };
  if (names.includes(asked)) return { profile: asked, isDefault: false };
  const near = nearest(asked, names);
  throw new PipelineError({
    reason: 'usage',
    message: `there is no profile '${asked}'`,
    hint:
      near.length > 0
        ? `did you mean ${near.join(' or ')}?`
        : `the pipeline has: ${names.join(', ') || 'none'}`,
  });
}

function requireDefaults(names: readonly string[], graph: Graph): void {
  const unknown = names.find((name) => !graph.targets.has(name));
  if (unknown === undefined) return;
  throw new PipelineError({
    reason: 'pipeline-not-loaded',
    message: `the pipeline's default names '${unknown}', which is not one of its targets`,
    hint: `they are: ${[...graph.targets.keys()].join(', ')}`,
  });
}

/** A stage declared inside pipeline.ts could capture values that no key covers. */
function requireStageFiles(graph: Graph, files: WeakMap<object, string>): void {
  for (const step of graph.steps) {
    if (step.stage[stageMark] === 'command' || files.has(step.stage)) continue;
    const error = new PipelineError({
      reason: 'pipeline-not-loaded',
      message: `the stage of step '${step.name}' is not the default export of a file of its own`,
      hint: 'move it to stages/<name>.ts, as export default defineStage({ … })',
    });
    error.stack = step.declared.stack ?? '';
    throw error;
  }
}

function packageName(project: Project): string {
  try {
    const manifest = JSON.parse(readFileSync(join(project.folder, 'package.json'), 'utf8')) as {
      name?: unknown;
    };
    return typeof manifest.name === 'string' ? manifest.name : 'pipeline';
  } catch {
    return 'pipeline';
  }
}

/** Adds file:line and a code frame to a failure thrown while the pipeline was evaluated. */
function locate(error: unknown, code: FrozenCode, project: Project): Failure {
  const failure = toFailure(error, 'pipeline-not-loaded');
  if (failure.at !== undefined || !(error instanceof Error)) return failure;
  const elsewhere = linkedState(error, project);
  if (elsewhere) return elsewhere;
  return { ...failure, ...placeOf(error.stack ?? '', code, project), stack: undefined };
}

/** Bundles find packages by where they really lie. */
function linkedState(error: NodeJS.ErrnoException, { folder, state }: Project): Failure | undefined {
  const real = realpathSync(state);
  if (error.code !== 'ERR_MODULE_NOT_FOUND' || dirname(real) === realpathSync(folder)) return undefined;
  return {
    reason: 'pipeline-not-loaded',
    message: `${relative(folder, state)} is a link to ${real}, from where the project's packages are not found`,
    hint: `make it a folder, and set AR_PIPE_CACHE to keep results elsewhere`,
  };
}

function placeOf(
  stack: string,
  code: FrozenCode,
  project: Project,
): { at: string; frame: string } | undefined {
  const places = placesOf(stack, code);
  const place = places.find(({ file }) => file === project.pipelineFile) ?? places[0];
  if (!place) return undefined;
  return {
    at: placeText(place),
    frame: codeFrame(readFileSync(join(project.folder, place.file), 'utf8'), place.line, place.column),
  };
}

/** Innermost first. */
function placesOf(stack: string, code: FrozenCode): Place[] {
  return placesIn(
    stack,
    code.bundle,
    originOf(readFileSync(code.map, 'utf8'), (source) => source),
  ).filter(({ file }) => !file.includes('node_modules/'));
}
