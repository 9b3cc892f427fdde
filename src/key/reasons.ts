/** Why a step's recipe differs from the one it was last built with: the one ordered list of causes. Pure. */
import type { Reason } from '../core/events.ts';
import { canonical, type Json } from '../core/json.ts';
import type { Recipe, RecipeInput } from './recipe.ts';

export interface CompareContext {
  /** Where an input comes from: the step whose output it is, or the local file. `index` counts within `many` needs. */
  source(need: string, index: number): { readonly step: string } | { readonly file: string };
  /** Where in the sources the code first differs. Called only when the code's digest changed. */
  explainCode(before: string, after: string): { file: string; line: number; formattingOnly: boolean };
}

/** An empty list means: the recipes are equal. */
export function compareRecipes(before: Recipe, after: Recipe, context: CompareContext): Reason[] {
  return [
    ...codeReasons(before, after, context),
    ...paramReasons(before.params, after.params, []),
    ...inputReasons(before, after, context),
    ...(before.seed === after.seed
      ? []
      : [{ kind: 'seed', before: before.seed ?? null, after: after.seed ?? null } as const]),
    ...envReasons(before.env, after.env),
  ];
}

function codeReasons(before: Recipe, after: Recipe, context: CompareContext): Reason[] {
  if (before.code !== after.code) return [{ kind: 'code', ...context.explainCode(before.code, after.code) }];
  if (canonical(before.outputs) === canonical(after.outputs)) return [];
  // Outputs derived from parameters: what the stage declares is code too.
  return [{ kind: 'params', name: 'outputs', before: before.outputs, after: after.outputs }];
}

function paramReasons(before: Json | undefined, after: Json | undefined, path: readonly string[]): Reason[] {
  if (isObject(before) && isObject(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return names.flatMap((name) => paramReasons(before[name], after[name], [...path, name]));
  }
  if (canonical(before ?? null) === canonical(after ?? null)) return [];
  return [{ kind: 'params', name: path.join('.') || 'params', before: before ?? null, after: after ?? null }];
}

const isObject = (value: Json | undefined): value is Readonly<Record<string, Json>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function inputReasons(before: Recipe, after: Recipe, context: CompareContext): Reason[] {
  const needs = [...new Set([...Object.keys(before.inputs), ...Object.keys(after.inputs)])].sort();
  return needs.flatMap((need) => {
    const old = list(before.inputs[need]);
    const now = list(after.inputs[need]);
    const byLabel = new Map(old.map((input) => [label(input), input]));
    const reasons: Reason[] = [];
    now.forEach((input, index) => {
      const previous = byLabel.get(label(input));
      byLabel.delete(label(input));
      if (previous?.digest === input.digest) return;
      const source = context.source(need, index);
      const digests = { before: previous?.digest ?? null, after: input.digest };
      reasons.push(
        'step' in source
          ? { kind: 'input', need, step: source.step, output: input.name, ...digests }
          : { kind: 'file', path: source.file, ...digests },
      );
    });
    for (const gone of byLabel.values())
      reasons.push({ kind: 'input', need, step: '', output: gone.name, before: gone.digest, after: null });
    if (reasons.length === 0 && canonical(old.map(label)) !== canonical(now.map(label))) {
      reasons.push({
        kind: 'params',
        name: `order of ${need}`,
        before: old.map(label),
        after: now.map(label),
      });
    }
    return reasons;
  });
}

const list = (inputs: RecipeInput | readonly RecipeInput[] | undefined): readonly RecipeInput[] =>
  inputs === undefined
    ? []
    : Array.isArray(inputs)
      ? (inputs as readonly RecipeInput[])
      : [inputs as RecipeInput];

const label = (input: RecipeInput): string => canonical([input.name, input.cell ?? null]);

function envReasons(before: Recipe['env'], after: Recipe['env']): Reason[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names
    .filter((name) => before[name] !== after[name])
    .map((name) => ({ kind: 'env', name, before: before[name] ?? null, after: after[name] ?? null }));
}
