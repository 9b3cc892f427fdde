/**
 * Copies of a target's files for people, with a record of how they were made:
 *
 *     artifacts/<target>/…                      default profile
 *     artifacts/<profile>/<target>/…            others
 *     artifacts/…/provenance.json
 *
 * Missing or edited copies are made again; only files named in the previous provenance.json are ever removed.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { PipelineError } from '../core/failure.ts';
import { canonical } from '../core/json.ts';
import { closure } from '../pipeline/graph.ts';
import type { Step } from '../pipeline/step.ts';
import type { Entry } from '../store/store.ts';
import type { BuildContext } from './build.ts';
import type { Outcome } from './outcome.ts';
import type { Workshop } from './prepare.ts';

export interface Published {
  readonly target: string;
  /** Folder relative to the project. */
  readonly folder: string;
  readonly files: readonly string[];
  readonly written: number;
}

interface PublishContext {
  readonly workshop: Workshop;
  readonly done: ReadonlyMap<Step, Outcome>;
  readonly context: BuildContext;
}

/** Undefined when a step of the target has no result. */
export async function publish(
  target: string,
  steps: readonly Step[],
  tools: PublishContext,
): Promise<Published | undefined> {
  const { workshop, done } = tools;
  const { project, loaded } = workshop;
  const entries = steps.map((step) => entryOf(done, step));
  if (entries.some((entry) => entry === undefined)) return undefined;
  const folder = join(project.artifacts, ...(loaded.isDefaultProfile ? [] : [loaded.profile]), target);
  const before = readProvenance(folder);
  const names: string[] = [];
  let written = 0;
  for (const step of steps) {
    // Steps that are targets themselves lie in folders of their own.
    if (steps.length > 1 && isTarget(loaded.graph.targets, step)) continue;
    const prefix = steps.length > 1 ? `${step.name}/` : '';
    for (const [output, ref] of Object.entries(entryOf(done, step)!.outputs)) {
      written += await place(join(folder, prefix, output), step, output, tools);
      names.push(
        ...(ref.kind === 'file'
          ? [`${prefix}${output}`]
          : Object.keys(ref.files).map((name) => `${prefix}${output}/${name}`)),
      );
    }
  }
  for (const name of before?.files ?? [])
    if (!names.includes(name)) rmSync(join(folder, name), { force: true });
  if (names.length > 0) {
    const text = `${JSON.stringify(provenance(target, steps, names, tools), null, 2)}\n`;
    if (before?.text !== text) writeFileSync(join(folder, 'provenance.json'), text);
  }
  return { target, folder: relative(project.folder, folder), files: names, written };
}

function entryOf(done: ReadonlyMap<Step, Outcome>, step: Step): Entry | undefined {
  const outcome = done.get(step);
  return outcome?.kind === 'built' || outcome?.kind === 'reused' ? outcome.entry : undefined;
}

const isTarget = (targets: ReadonlyMap<string, readonly Step[]>, step: Step): boolean =>
  [...targets.values()].some((members) => members.length === 1 && members[0] === step);

/** How many files had to be copied. Bytes the store has lost are made again first. */
async function place(
  dest: string,
  step: Step,
  output: string,
  { workshop, done, context }: PublishContext,
): Promise<number> {
  for (let round = 1; ; round++) {
    const ref = entryOf(done, step)!.outputs[output]!;
    const { written, missing } = await workshop.exportOutput(
      ref,
      (file) => workshop.store.object(file),
      dest,
      (path) => workshop.digests.digest(path),
    );
    if (missing.length === 0) return written.length;
    if (round === 2) {
      throw new PipelineError({
        reason: 'object-corrupt',
        message: `the bytes of ${output} of ${step.name} are gone`,
        hint: `ar-pipe run --force ${step.name}`,
      });
    }
    await context.repair(step, output);
  }
}

function readProvenance(folder: string): { files: string[]; text: string } | undefined {
  try {
    const text = readFileSync(join(folder, 'provenance.json'), 'utf8');
    const { files } = JSON.parse(text) as { files?: unknown };
    // Names come from a file users may edit: none may lead out of the folder.
    const safe = Array.isArray(files)
      ? files.filter(
          (name): name is string =>
            typeof name === 'string' && !name.split('/').includes('..') && !name.startsWith('/'),
        )
      : [];
    return { files: safe, text };
  } catch {
    return undefined;
  }
}

/** How the files were made: every step behind them with its key, parameters, seed, digests, backend and times. */
function provenance(
  target: string,
  steps: readonly Step[],
  files: readonly string[],
  { workshop, done }: PublishContext,
): object {
  const { loaded } = workshop;
  const first = entryOf(done, steps[0]!)!;
  return {
    target,
    pipeline: loaded.name,
    profile: loaded.profile,
    seed: loaded.pipeline.seed ?? 0,
    key: steps.length === 1 ? first.key : undefined,
    files,
    steps: closure(steps).map((step) => {
      const entry = entryOf(done, step);
      if (!entry) return { step: step.name };
      const { recipe, facts } = entry;
      return {
        step: step.name,
        key: entry.key,
        code: recipe.code,
        params: JSON.parse(canonical(recipe.params)) as unknown,
        seed: recipe.seed,
        env: recipe.env,
        inputs: recipe.inputs,
        outputs: Object.fromEntries(
          Object.entries(entry.outputs).map(([name, { digest, bytes }]) => [name, { digest, bytes }]),
        ),
        backend: facts.backend,
        metrics: facts.metrics,
        accepted: facts.accepted,
        startedAt: facts.startedAt,
        ms: Math.round(facts.ms),
        host: facts.host,
        run: facts.run,
      };
    }),
  };
}
