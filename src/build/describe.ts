/** A step's recipe from what its needs turned out to be. Pure: everything read from the world comes in through the context. */
import { PipelineError } from '../core/failure.ts';
import { outputText } from '../core/output.ts';
import { canonical } from '../core/json.ts';
import { keyOf, sha256, type Recipe, type RecipeInput } from '../key/recipe.ts';
import { seedOf } from '../key/seed.ts';
import { isStep, sourcesOf } from '../pipeline/graph.ts';
import { stageMark, type Cell } from '../pipeline/stage.ts';
import type { FileInput, Step } from '../pipeline/step.ts';
import type { OutputRef } from '../store/store.ts';
import { localProblems, problemText } from './local-problems.ts';

export type Outputs = Readonly<Record<string, OutputRef>>;

/** A local file or folder some step reads. */
export interface LocalFile {
  /** Relative to the project. */
  readonly path: string;
  readonly ref: OutputRef;
}

export interface BoundInput {
  readonly need: string;
  /** Name under which the step sees it. */
  readonly name: string;
  /** Set for members of `many` needs. */
  readonly cell?: Cell;
  readonly ref: OutputRef;
  readonly source: { readonly step: Step; readonly output: string } | { readonly file: LocalFile };
}

export interface Description {
  readonly recipe: Recipe;
  readonly key: string;
  readonly inputs: readonly BoundInput[];
}

export interface DescribeContext {
  readonly pipelineSeed: number;
  outputsOf(step: Step): Outputs | undefined;
  /** What a pattern matches, sorted by path. */
  local(input: FileInput): readonly LocalFile[];
  codeOf(step: Step): string;
  envOf(step: Step): Readonly<Record<string, string>>;
}

/** Undefined while the outputs of a need are unknown. Throws PipelineError `input-missing` for local files that are not there. */
export function describe(step: Step, context: DescribeContext): Description | undefined {
  const inputs = bindInputs(step, context);
  if (!inputs) return undefined;
  refuseProblems(step, context);
  const recipe: Recipe = {
    code: codeDigest(step, context),
    params: step.params,
    inputs: recipeInputs(step, inputs),
    outputs: step.outputs.map(outputText).sort(),
    ...(step.stage.random ? { seed: stepSeed(step, context.pipelineSeed) } : {}),
    env: context.envOf(step),
  };
  return { recipe, key: keyOf(recipe), inputs };
}

export function stepSeed(step: Step, pipelineSeed: number): number {
  return seedOf(
    pipelineSeed,
    step.options.seed === undefined ? `step:${step.name}` : `stream:${step.options.seed}`,
  );
}

function bindInputs(step: Step, context: DescribeContext): BoundInput[] | undefined {
  const inputs: BoundInput[] = [];
  for (const [need, { need: declared, from }] of Object.entries(step.needs)) {
    const isMany = typeof declared !== 'string';
    const output = isMany ? declared.name : declared;
    for (const source of sourcesOf(from)) {
      if (isStep(source)) {
        const ref = context.outputsOf(source)?.[output];
        if (!ref) return undefined;
        const cell = Object.keys(source.cell).length > 0 ? source.cell : { step: source.name };
        inputs.push({
          need,
          name: output,
          ref,
          source: { step: source, output },
          ...(isMany ? { cell } : {}),
        });
      } else {
        for (const file of context.local(source)) {
          const name = isMany ? file.path.slice(file.path.lastIndexOf('/') + 1) : output;
          inputs.push({
            need,
            name,
            ref: file.ref,
            source: { file },
            ...(isMany ? { cell: { path: file.path } } : {}),
          });
        }
      }
    }
  }
  return inputs;
}

function refuseProblems(step: Step, context: DescribeContext): void {
  const [problem] = localProblems(step, (input) => context.local(input));
  if (!problem) return;
  const { need, matches } = problem;
  const where = need === null ? `step '${step.name}'` : `need '${need}' of step '${step.name}'`;
  const hint =
    need === null
      ? `it is listed in the command's files`
      : matches === 0
        ? 'paths are relative to the folder of pipeline.ts'
        : 'name one file, or declare the need with many(…)';
  throw new PipelineError({ reason: 'input-missing', message: `${where}: ${problemText(problem)}`, hint });
}

function recipeInputs(step: Step, inputs: readonly BoundInput[]): Recipe['inputs'] {
  const result: Record<string, RecipeInput | RecipeInput[]> = {};
  for (const [need, { need: declared }] of Object.entries(step.needs))
    if (typeof declared !== 'string') result[need] = [];
  for (const { need, name, cell, ref } of inputs) {
    const input: RecipeInput = { name: name.normalize('NFC'), digest: ref.digest, ...(cell ? { cell } : {}) };
    const members = result[need];
    if (Array.isArray(members)) members.push(input);
    else result[need] = input;
  }
  return result;
}

/** Path and digest of each helper file of a command. */
export function helperFiles(
  { stage }: Step,
  { local }: Pick<DescribeContext, 'local'>,
): (readonly [path: string, digest: string])[] {
  if (stage[stageMark] !== 'command') return [];
  return (stage.files ?? []).flatMap((pattern) =>
    local({ kind: 'file-input', pattern }).map(({ path, ref }) => [path, ref.digest] as const),
  );
}

/** For commands, the text and the helper files are the code. */
function codeDigest(step: Step, context: DescribeContext): string {
  const { stage } = step;
  if (stage[stageMark] !== 'command') return context.codeOf(step);
  const files = helperFiles(step, context);
  return sha256(
    canonical([
      'ar-pipe/command/1',
      stage.run,
      files,
      Object.entries(stage.outputs).map(([name, output]) => [
        name,
        typeof output === 'string' ? output : { ...output },
      ]),
    ]),
  );
}
