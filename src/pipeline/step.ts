/** A step is a stage (or command) with a name, parameters and needs: a node of the graph. Steps refer to each other by value. */
import type * as z from 'zod';
import type { Json } from '../core/json.ts';
import { PipelineError } from '../core/failure.ts';
import { isSafePath, type OutputSpec } from '../core/output.ts';
import {
  checkCommand,
  type Command,
  type Kind,
  type Marked,
  type OutputNamesOf,
  type Outputs,
} from './command.ts';
import { loading, withinCell } from './loading.ts';
import { stepParams, type Refuse } from './params.ts';
import type { StepOptions } from './step-options.ts';
import {
  isStage,
  stageMark,
  type Cell,
  type ManyNeed,
  type Need,
  type Needs,
  type Output,
  type Stage,
} from './stage.ts';

/** A local file, folder or glob (relative to the project) used as an input; its content enters the key. */
export interface FileInput {
  readonly kind: 'file-input';
  readonly pattern: string;
}
/** A local input. A plain need takes one file or folder, a `many` need also a glob. */
export const file = (pattern: string): FileInput => ({ kind: 'file-input', pattern });

export type Binding = Step | FileInput | readonly (Step | FileInput)[];

export interface Step {
  readonly name: string;
  readonly stage: Stage | Command;
  /** Canonical, as hashed and as handed to `run`. */
  readonly params: Json;
  readonly needs: Readonly<Record<string, { readonly need: Need; readonly from: Binding }>>;
  /** The steps it reads from, without repetition. */
  readonly upstream: readonly Step[];
  readonly outputs: readonly OutputSpec[];
  readonly options: StepOptions;
  readonly cell: Cell;
  /** Holds the stack of the declaration; read only when a message needs it. */
  readonly declared: { readonly stack?: string };
}

/** A step whose output names the compiler knows; `string` where they follow from parameters. One that writes more fits where less is asked for. */
export interface StepOf<O extends string> extends Step {
  /** Only for the type checker, and never there: which outputs a need may name. */
  readonly provides?: (output: O) => void;
}

/** A step that has (at least) this output, as far as the compiler knows. */
type StepWith<Name extends string> = Step & Pick<StepOf<Name>, 'provides'>;

type BindingOf<N extends Need> =
  N extends ManyNeed<infer Name>
    ? readonly (StepWith<Name> | FileInput)[] | FileInput
    : N extends string
      ? StepWith<N> | FileInput
      : never;
type NeedsOption<N extends Needs> = [keyof N] extends [never]
  ? { readonly needs?: Record<string, never> }
  : { readonly needs: { readonly [K in keyof N]: BindingOf<N[K]> } };
type ParamsOption<S extends z.ZodType> =
  object extends z.input<S> ? { readonly params?: z.input<S> } : { readonly params: z.input<S> };

type OptionsFor<S extends z.ZodType, N extends Needs> = object extends NeedsOption<N> & ParamsOption<S>
  ? [options?: StepOptions & NeedsOption<N> & ParamsOption<S>]
  : [options: StepOptions & NeedsOption<N> & ParamsOption<S>];

/**
 * Declares a step: a stage or command with a name, parameters and needs. Names use letters, digits and `. _ = -`, with `/`
 * between parts. Throws PipelineError (usage, invalid-params) where they do not fit the stage.
 */
export function step<K extends Marked>(
  name: string,
  stage: K,
  ...options: K extends Kind<infer S, infer N, Outputs> ? OptionsFor<S, N> : [options: never]
): StepOf<OutputNamesOf<K>>;
export function step(name: string, kind: object, options: unknown = {}): Step {
  const declared = placeOfCall(step);
  const refuse = refuser(name, declared);
  checkName(name, refuse);
  if (!isStage(kind)) refuse('usage', 'no stage was given', 'pass what defineStage or command returned');
  const stage = kind as Stage | Command;
  const { params: given, needs: bound = {}, ...rest } = options as AnyOptions;
  const params = stepParams(name, stage, given ?? {}, refuse);
  const outputs = outputSpecs(stage, params, refuse);
  if (stage[stageMark] === 'command') checkCommand(stage, params, refuse);
  const needs = bindNeeds(stage.needs ?? {}, bound, refuse);
  return {
    name,
    stage,
    params,
    needs,
    upstream: stepsIn(needs),
    outputs,
    options: rest,
    cell: loading().cell,
    declared,
  };
}

/**
 * One call of `make` for each combination of the axes, the last axis fastest. Steps declared in it carry the cell's labels.
 * Returns what `make` returned, in order.
 */
export function grid<const A extends Readonly<Record<string, readonly (string | number | boolean)[]>>, T>(
  axes: A,
  make: (cell: { readonly [K in keyof A]: A[K][number] }) => T,
): T[] {
  let cells: Cell[] = [{}];
  for (const [axis, values] of Object.entries(axes))
    cells = cells.flatMap((cell) => values.map((value) => ({ ...cell, [axis]: value })));
  return cells.map((cell) => withinCell(cell, () => make(cell as { readonly [K in keyof A]: A[K][number] })));
}

type AnyOptions = StepOptions & {
  readonly params?: unknown;
  readonly needs?: Readonly<Record<string, Binding>>;
};

/** Frames of a declaration that are kept: each costs memory in every step, and the first few tell where it is. */
const FRAMES = 4;

function placeOfCall(below: (...args: never) => unknown): { readonly stack?: string } {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = FRAMES;
  const declared: { stack?: string } = {};
  Error.captureStackTrace(declared, below);
  Error.stackTraceLimit = limit;
  return declared;
}

/** The declaration's stack travels in `at`, to be turned into file:line by the loader, which has the source map. */
function refuser(name: string, declared: { readonly stack?: string }): Refuse {
  return (reason, message, hint) => {
    const error = new PipelineError({ reason, message: `step '${name}': ${message}`, hint });
    error.stack = `${error.name} in step '${name}'\n${(declared.stack ?? '').split('\n').slice(1).join('\n')}`;
    throw error;
  };
}

function checkName(name: string, refuse: Refuse): void {
  if (
    !/^[A-Za-z0-9_=.-]+(\/[A-Za-z0-9_=.-]+)*$/.test(name) ||
    name.split('/').some((part) => /^\.+$/.test(part))
  ) {
    refuse(
      'usage',
      'the name has a character that names cannot have',
      'use letters, digits and . _ = - , with / between parts',
    );
  }
}

function outputSpecs(stage: Stage | Command, params: Json, refuse: Refuse): OutputSpec[] {
  const declared: readonly Output[] =
    stage[stageMark] === 'command'
      ? Object.values(stage.outputs)
      : typeof stage.outputs === 'function'
        ? stage.outputs(params)
        : stage.outputs;
  const specs = declared.map((output): OutputSpec =>
    typeof output === 'string' ? { name: output, kind: 'file' } : output,
  );
  for (const { name } of specs) {
    if (!isSafePath(name))
      refuse('usage', `'${name}' cannot name an output`, 'use a relative path without . and ..');
  }
  const names = new Set(specs.map(({ name }) => name));
  if (names.size < specs.length) refuse('usage', 'two outputs have the same name');
  if (specs.length === 0) refuse('usage', 'a stage must write something', 'declare at least one output');
  return specs;
}

function bindNeeds(needs: Needs, bound: Readonly<Record<string, Binding>>, refuse: Refuse): Step['needs'] {
  const result: Record<string, { need: Need; from: Binding }> = {};
  for (const name of Object.keys(bound)) {
    if (!(name in needs))
      refuse(
        'usage',
        `the stage has no need '${name}'`,
        `its needs are: ${Object.keys(needs).join(', ') || 'none'}`,
      );
  }
  for (const [name, need] of Object.entries(needs)) {
    const from = bound[name];
    if (from === undefined) refuse('usage', `need '${name}' is not bound`, `add it to the step's needs`);
    const output = typeof need === 'string' ? need : need.name;
    if (!isSafePath(output)) refuse('usage', `'${output}' cannot name a needed file`);
    const sources = Array.isArray(from)
      ? (from as readonly (Step | FileInput)[])
      : [from as Step | FileInput];
    if (typeof need === 'string' && Array.isArray(from))
      refuse('usage', `need '${name}' takes one step, not a list`, `declare it with many('${need}')`);
    for (const source of sources) {
      if (!('stage' in source)) continue;
      if (!source.outputs.some((spec) => spec.name === output)) {
        const has = source.outputs.map((spec) => spec.name).join(', ');
        refuse(
          'usage',
          `need '${name}' reads '${output}', which step '${source.name}' does not write`,
          `it writes: ${has}`,
        );
      }
    }
    result[name] = { need, from };
  }
  return result;
}

function stepsIn(needs: Step['needs']): Step[] {
  const steps = new Set<Step>();
  for (const { from } of Object.values(needs)) {
    const sources = Array.isArray(from)
      ? (from as readonly (Step | FileInput)[])
      : [from as Step | FileInput];
    for (const source of sources) if ('stage' in source) steps.add(source);
  }
  return [...steps];
}
