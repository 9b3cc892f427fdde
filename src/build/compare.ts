/** Two results side by side: what went in, what came out, and the numbers. Pure. */
import type { Metrics } from '../core/events.ts';
import type { Json } from '../core/json.ts';
import type { Recipe, RecipeInput } from '../key/recipe.ts';
import type { Entry } from '../store/store.ts';

/** One named thing of both; null where one has none. */
export interface Row<T> {
  readonly name: string;
  readonly a: T | null;
  readonly b: T | null;
}

export interface Comparison {
  /** `code`, `params.net.depth`, `inputs.train`, `seed`, `env.backend`: as the recipe has them, digests for code and inputs. */
  readonly recipe: readonly Row<Json>[];
  readonly metrics: readonly Row<number>[];
  /** Digests by output. */
  readonly outputs: readonly Row<string>[];
}

/** A result with its numbers already read. */
export interface Compared {
  readonly entry: Entry;
  readonly metrics: Metrics;
}

/** `all`: also what is the same. */
export function compare(a: Compared, b: Compared, all: boolean): Comparison {
  const digests = ({ outputs }: Entry): [string, string][] =>
    Object.entries(outputs).map(([name, { digest }]) => [name, digest]);
  return {
    recipe: rowsOf(recipeParts(a.entry.recipe), recipeParts(b.entry.recipe), all),
    metrics: rowsOf(Object.entries(a.metrics), Object.entries(b.metrics), all),
    outputs: rowsOf(digests(a.entry), digests(b.entry), all),
  };
}

type Parts<T> = readonly (readonly [name: string, value: T])[];

/** In the order of the first; what the second has more comes last. */
export function rowsOf<T extends Json>(a: Parts<T>, b: Parts<T>, all: boolean): Row<T>[] {
  const [left, right] = [new Map(a), new Map(b)];
  const rows = [...new Set([...left.keys(), ...right.keys()])].map((name) => ({
    name,
    a: left.get(name) ?? null,
    b: right.get(name) ?? null,
  }));
  return all ? rows : rows.filter((row) => JSON.stringify(row.a) !== JSON.stringify(row.b));
}

export function recipeParts({ code, params, inputs, outputs, seed, env }: Recipe): [string, Json][] {
  return [
    ['code', code],
    ...leaves('params', params),
    ...Object.entries(inputs).flatMap(([need, input]) => inputParts(need, input)),
    ['outputs', outputs],
    ...(seed === undefined ? [] : ([['seed', seed]] satisfies [string, Json][])),
    ...Object.entries(env).map(([name, value]): [string, Json] => [`env.${name}`, value]),
  ];
}

function leaves(path: string, value: Json): [string, Json][] {
  if (!isObject(value) || Object.keys(value).length === 0) return [[path, value]];
  return Object.entries(value).flatMap(([name, item]) => leaves(`${path}.${name}`, item));
}

const isObject = (value: Json): value is Readonly<Record<string, Json>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function inputParts(need: string, input: RecipeInput | readonly RecipeInput[]): [string, Json][] {
  if ('digest' in input) return [[`inputs.${need}`, input.digest]];
  return input.map(({ cell, digest }, i) => [`inputs.${need}[${cell ? cellText(cell) : i}]`, digest]);
}

/** `epsilon=8,seed=0`. */
const cellText = (cell: Readonly<Record<string, Json>>): string =>
  Object.entries(cell)
    .map(([axis, value]) => `${axis}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(',');
