/** Steps in any language: a shell command with declared files, needs and outputs. */
import type * as z from 'zod';
import type { Json } from '../core/json.ts';
import type { Refuse } from './params.ts';
import { stageMark, type NameOf, type Needs, type NoNeeds, type Output } from './stage.ts';

export interface CommandDefinition<
  S extends z.ZodType,
  N extends Needs,
  O extends Readonly<Record<string, Output>>,
> {
  /**
   * Text for `/bin/sh -c`, run in a private folder. `{needs.data}`, `{out.model}` and `{params.rate}` are replaced by
   * paths and values, quoted for the shell; `{{` stands for a brace.
   */
  readonly run: string;
  /** Helper files and scripts, relative to the project; their bytes enter the key and they are copied beside the command. */
  readonly files?: readonly string[];
  readonly params?: S;
  readonly needs?: N;
  /** Output files by the name used in `run`: `{ model: 'model.npz' }`. */
  readonly outputs: O;
  /** The command draws random numbers: its seed enters the key and is in the variable AR_PIPE_SEED. */
  readonly random?: boolean;
  /** Commands whose output (`python3 -V`) enters the key. */
  readonly tools?: readonly string[];
  /** Names of environment variables the command reads; their values enter the key. */
  readonly env?: readonly string[];
}

export interface Command<
  S extends z.ZodType = z.ZodType,
  N extends Needs = Needs,
  O extends Readonly<Record<string, Output>> = Readonly<Record<string, Output>>,
> extends CommandDefinition<S, N, O> {
  readonly [stageMark]: 'command';
}

/** The file names a command's outputs have. */
export type CommandOutputs<O> = O extends Readonly<Record<string, Output>> ? NameOf<O[keyof O]> : never;

export type Outputs = readonly Output[] | Readonly<Record<string, Output>>;
/** Says nothing of needs and parameters: a `command()` written inside `step()` would take them from here, not from its own. */
export interface Marked {
  readonly [stageMark]: true | 'command';
}
/** What stages and commands have in common: one signature of `step` for both, so that a mistake is marked where it stands. */
export interface Kind<S extends z.ZodType, N extends Needs, O extends Outputs> extends Marked {
  readonly params?: S;
  readonly needs?: N;
  readonly outputs: O | ((params: z.output<S>) => O);
}
/** The file names that the outputs of a stage or command have; `string` where they follow from parameters. */
export type OutputNamesOf<K> = K extends { readonly outputs: infer O }
  ? OutputNames<Extract<O, Outputs>>
  : never;
type OutputNames<O extends Outputs> = O extends readonly Output[] ? NameOf<O[number]> : CommandOutputs<O>;

/** Declares a shell command as a stage; unlike TypeScript stages it may stand in pipeline.ts itself. */
export function command<
  S extends z.ZodType = z.ZodType<Record<string, never>>,
  const N extends Needs = NoNeeds,
  const O extends Readonly<Record<string, Output>> = Readonly<Record<string, Output>>,
>(definition: CommandDefinition<S, N, O>): Command<S, N, O> {
  return { ...definition, [stageMark]: 'command' };
}

const placeholder = /\{\{|\{(needs|out|params)\.([A-Za-z_][\w-]*)\}/g;

/** Names used in a command's text. */
function placeholders(run: string): { kind: 'needs' | 'out' | 'params'; name: string }[] {
  return [...run.matchAll(placeholder)].flatMap(([, kind, name]) =>
    kind && name ? [{ kind: kind as 'needs' | 'out' | 'params', name }] : [],
  );
}

/** Refuses a command that names what is not declared or has no value, or that no shell takes. */
export function checkCommand(stage: Command, params: Json, refuse: Refuse): void {
  const values = params as Readonly<Record<string, Json>>;
  if (hasNul(stage.run)) refuse('usage', 'the command has a NUL character', noShell);
  for (const { kind, name } of placeholders(stage.run)) {
    const known = kind === 'needs' ? (stage.needs ?? {}) : kind === 'out' ? stage.outputs : values;
    if (kind === 'params' && !(name in known) && isDeclared(stage, name))
      refuse(
        'invalid-params',
        `the command uses {params.${name}}, which has no value here`,
        'give it one, or a default in the params schema',
      );
    if (!(name in known))
      refuse(
        'usage',
        `the command uses {${kind}.${name}}, which is not declared`,
        `known: ${Object.keys(known).join(', ') || 'none'}`,
      );
    if (kind === 'params' && hasNul(values[name]))
      refuse('invalid-params', `${name}, which the command uses, has a NUL character`, noShell);
  }
}

/** By structure, since a project may have a copy of zod of its own. */
const isDeclared = ({ params }: Command, name: string): boolean =>
  name in ((params as { readonly shape?: object } | undefined)?.shape ?? {});

/** JSON text writes it as an escape, so only texts by themselves can have one. */
const hasNul = (value: Json | undefined): boolean => typeof value === 'string' && value.includes('\0');

const noShell = 'no shell takes one: write it as \\0 for printf';

/** The text the shell gets. `value` gives a placeholder's raw values; each is quoted, several are separated by spaces. */
export function fillCommand(
  run: string,
  value: (kind: 'needs' | 'out' | 'params', name: string) => readonly string[],
): string {
  return run.replace(
    placeholder,
    (whole, kind: 'needs' | 'out' | 'params' | undefined, name: string | undefined) =>
      kind && name ? value(kind, name).map(quote).join(' ') : whole.slice(1),
  );
}

function quote(text: string): string {
  return /^[\w./=:@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
