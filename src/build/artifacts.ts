/**
 * Copies of a target's files for people, with a record of how they were made:
 *
 *     artifacts/<target>/…                      default profile
 *     artifacts/<profile>/<target>/…            others
 *     artifacts/…/provenance.json
 *
 * Missing or edited copies are made again; only files named in the previous provenance.json are ever removed.
 */
import { rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { PipelineError } from '../core/failure.ts';
import { sha256 } from '../key/recipe.ts';
import { closure } from '../pipeline/graph.ts';
import type { Step } from '../pipeline/step.ts';
import type { Entry } from '../store/store.ts';
import type { BuildContext } from './build.ts';
import type { Outcome } from './outcome.ts';
import type { Workshop } from './prepare.ts';
import { filesInProvenance, provenanceFile, writeProvenance } from './provenance.ts';

export interface Published {
  readonly target: string;
  /** Folder relative to the project. */
  readonly folder: string;
  readonly files: readonly string[];
  readonly written: number;
}

export interface PublishContext {
  readonly workshop: Workshop;
  readonly done: ReadonlyMap<Step, Outcome>;
  readonly context: BuildContext;
  /** Digests of all that led to a step's result (provenance.ts). */
  readonly lineages: ReadonlyMap<Step, string>;
  /** A folder for unfinished copies, made when it is asked for; undefined where none can be made. */
  readonly scratch: () => string | undefined;
  /** Steps that are targets by themselves. */
  readonly single: ReadonlySet<Step>;
}

/** Undefined when a step of the target has no result. */
export async function publish(
  target: string,
  steps: readonly Step[],
  tools: PublishContext,
): Promise<Published | undefined> {
  const { workshop, done } = tools;
  const { project, loaded, placed } = workshop;
  if (steps.some((step) => entryOf(done, step) === undefined)) return undefined;
  const path = join(project.artifacts, ...(loaded.isDefaultProfile ? [] : [loaded.profile]), target);
  const folder = relative(project.folder, path);
  const head = headOf(target, steps, tools);
  const madeFrom = sha256(JSON.stringify([head, steps.map((step) => tools.lineages.get(step))]));
  const untouched = placed.untouched(path, madeFrom);
  if (untouched)
    return { target, folder, files: untouched.filter((name) => name !== provenanceFile), written: 0 };
  const names: string[] = [];
  let written = 0;
  for (const step of steps) {
    // Steps that are targets themselves lie in folders of their own.
    if (steps.length > 1 && tools.single.has(step)) continue;
    const prefix = steps.length > 1 ? `${step.name}/` : '';
    for (const [output, ref] of Object.entries(entryOf(done, step)!.outputs)) {
      written += await place(join(path, prefix, output), step, output, tools);
      names.push(
        ...(ref.kind === 'file'
          ? [`${prefix}${output}`]
          : Object.keys(ref.files).map((name) => `${prefix}${output}/${name}`)),
      );
    }
  }
  const kept = new Set(names);
  for (const name of filesInProvenance(path)) if (!kept.has(name)) rmSync(join(path, name), { force: true });
  if (names.length > 0) {
    writeProvenance(
      path,
      { ...head, files: names },
      closure(steps),
      (step) => entryOf(done, step),
      tools.scratch(),
    );
    placed.note(path, madeFrom, [...names, provenanceFile]);
  }
  return { target, folder, files: names, written };
}

/** What the record of a target says before the steps. */
function headOf(target: string, steps: readonly Step[], { workshop, done }: PublishContext): object {
  const { loaded } = workshop;
  return {
    target,
    pipeline: loaded.name,
    profile: loaded.profile,
    seed: loaded.pipeline.seed ?? 0,
    key: steps.length === 1 ? entryOf(done, steps[0]!)!.key : undefined,
  };
}

export function entryOf(done: ReadonlyMap<Step, Outcome>, step: Step): Entry | undefined {
  const outcome = done.get(step);
  return outcome?.kind === 'built' || outcome?.kind === 'reused' ? outcome.entry : undefined;
}

/** How many files had to be copied. Bytes the store has lost are made again first. */
async function place(
  dest: string,
  step: Step,
  output: string,
  { workshop, done, context, scratch }: PublishContext,
): Promise<number> {
  for (let round = 1; ; round++) {
    const ref = entryOf(done, step)!.outputs[output]!;
    const { written, missing } = await workshop.exportOutput(
      ref,
      (file) => workshop.store.object(file),
      dest,
      (path) => workshop.digests.digest(path),
      scratch,
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
