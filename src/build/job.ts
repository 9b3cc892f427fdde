/** From a described step to a job: its private folder with the needs under their own names, and what the worker must know. */
import { join } from 'node:path';
import { PipelineError } from '../core/failure.ts';
import type { Json } from '../core/json.ts';
import { fillCommand } from '../pipeline/command.ts';
import { stageMark } from '../pipeline/stage.ts';
import type { Step } from '../pipeline/step.ts';
import type { Job, JobLink, JobNeed } from '../exec/executor.ts';
import type { FrozenCode } from '../key/code.ts';
import type { FileRef, OutputRef, Store } from '../store/store.ts';
import { helperFiles, type BoundInput, type Description } from './describe.ts';
import { isNumerical, type Environments } from './environment.ts';
import type { InputContext } from './inputs.ts';
import { amountsOf } from './resources.ts';

export interface JobContext extends InputContext {
  readonly store: Store;
  readonly environments: Environments;
  frozenCode(step: Step): FrozenCode;
  /** Remembers the helper files of a command as they are now, to explain its next change. */
  noteHelpers(step: Step, code: string): void;
  logPath(step: Step): string;
}

export async function prepareJob(
  step: Step,
  description: Description,
  { gpus, attempt }: { readonly gpus: readonly number[]; readonly attempt: number },
  context: JobContext,
): Promise<Job> {
  const folder = context.store.jobFolder(Object.keys(step.needs));
  const { needs, links } = await presentNeeds(step, description.inputs, folder, context);
  const amounts = amountsOf(step, 0, attempt);
  context.noteHelpers(step, description.recipe.code);
  return {
    step: step.name,
    key: description.key,
    work: work(step, folder, needs, context),
    folder,
    params: step.params,
    needs,
    links,
    outputs: step.outputs,
    seed: description.recipe.seed ?? null,
    env: context.environments.variables(step, gpus),
    checkpoint: context.store.checkpointFolder(description.key),
    durable: context.store.durable,
    log: context.logPath(step),
    resources: { cpus: amounts['cpus'] ?? 1, memory: amounts['memory'] ?? 0, gpus },
    timeoutMs: step.options.timeout === undefined ? null : step.options.timeout * 1000,
    numerical: isNumerical(step),
    project: context.projectFolder,
  };
}

function work(step: Step, folder: string, needs: Job['needs'], context: JobContext): Job['work'] {
  const { stage } = step;
  if (stage[stageMark] !== 'command') {
    const { bundle, map } = context.frozenCode(step);
    return { kind: 'stage', bundle, sourceMap: map };
  }
  const relative = (path: string): string => path.slice(folder.length + 1);
  const params = step.params as Readonly<Record<string, Json>>;
  const run = fillCommand(stage.run, (kind, name) => {
    if (kind === 'params') return [text(params[name] ?? null)];
    if (kind === 'out') {
      const output = stage.outputs[name]!;
      return [`out/${typeof output === 'string' ? output : output.name}`];
    }
    const need = needs[name]!;
    return typeof need === 'string' ? [relative(need)] : need.map(({ path }) => relative(path));
  });
  const files = helperFiles(step, context).map(([path]) => ({
    name: path,
    path: join(context.projectFolder, path),
  }));
  return { kind: 'command', run, files };
}

const text = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** Where each input is to be found in the job folder: `in/<need>/<name>`, or `in/<need>/<number>/<name>` for many. */
async function presentNeeds(
  step: Step,
  inputs: readonly BoundInput[],
  folder: string,
  context: JobContext,
): Promise<Pick<Job, 'needs' | 'links'>> {
  const links: JobLink[] = [];
  const needs: Record<string, JobNeed> = {};
  const members = new Map<string, { path: string; cell: Readonly<Record<string, Json>> }[]>();
  for (const [name, { need }] of Object.entries(step.needs)) {
    if (typeof need === 'string') continue;
    const list: { path: string; cell: Readonly<Record<string, Json>> }[] = [];
    members.set(name, list);
    needs[name] = list;
  }
  for (const { need, name, cell, ref, source } of inputs) {
    const list = members.get(need);
    const path = list ? join(folder, 'in', need, String(list.length), name) : join(folder, 'in', need, name);
    if (list) list.push({ path, cell: cell ?? {} });
    else needs[need] = path;
    if ('file' in source)
      links.push({ path, to: join(context.projectFolder, source.file.path), isStored: false });
    else links.push(...(await linksToStored(ref, path, context.store)));
  }
  return { needs, links };
}

async function linksToStored(ref: OutputRef, path: string, store: Store): Promise<JobLink[]> {
  const link = async (file: FileRef, at: string): Promise<JobLink> => {
    const object = await store.object(file);
    if (object !== undefined) return { path: at, to: object, isStored: true };
    throw new PipelineError({
      reason: 'object-corrupt',
      message: `object ${file.digest} went missing`,
      hint: 'run again: it will be made anew',
    });
  };
  if (ref.kind === 'file') return [await link(ref, path)];
  const links: JobLink[] = [{ path, to: null, isStored: false }];
  for (const [name, file] of Object.entries(ref.files)) links.push(await link(file, join(path, name)));
  return links;
}
