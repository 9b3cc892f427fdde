/** A stage is a kind of work: what it needs, what it writes, and how. Steps (step.ts) are stages with parameters. */
import type * as z from 'zod';
import type { Metrics } from '../core/events.ts';

/** Output folder whose file names are not known beforehand. */
export interface DirOutput<Name extends string = string> {
  readonly kind: 'dir';
  readonly name: Name;
}
/** Output file of JSON numbers (nested objects allowed) that `diff` and the page compare between runs. */
export interface MetricsOutput<Name extends string = string> {
  readonly kind: 'metrics';
  readonly name: Name;
}
export type Output = string | DirOutput | MetricsOutput;
export type NameOf<O> = O extends string
  ? O
  : O extends { readonly name: infer Name extends string }
    ? Name
    : never;

/** Need for the same output of several steps, in order. */
export interface ManyNeed<Name extends string = string> {
  readonly kind: 'many';
  readonly name: Name;
}
/** A need names the upstream output *file* (or folder) it reads. */
export type Need = string | ManyNeed;
export type Needs = Readonly<Record<string, Need>>;
// eslint-disable-next-line @typescript-eslint/no-generated-empty-object-type -- an object without keys is what is meant
export type NoNeeds = Record<never, never>;

/** An output folder: `outputs: [dir('frames')]`. */
export const dir = <const Name extends string>(name: Name): DirOutput<Name> => ({ kind: 'dir', name });
/** An output file of numbers: `outputs: [metrics('metrics.json')]`. Numbers must be finite. */
export const metrics = <const Name extends string>(name: Name): MetricsOutput<Name> => ({
  kind: 'metrics',
  name,
});
/** A need for the same file of several steps: `needs: { scores: many('score.json') }`. */
export const many = <const Name extends string>(name: Name): ManyNeed<Name> => ({ kind: 'many', name });

/** Labels of a grid's cell: `{ epsilon: 8, rep: 0 }`. */
export type Cell = Readonly<Record<string, string | number | boolean>>;

/** One member of a `many` need. */
export interface ManyItem {
  /** Absolute path of the file, under its own name. */
  readonly path: string;
  readonly cell: Cell;
}

export type NeedPaths<N extends Needs> = {
  readonly [K in keyof N]: N[K] extends ManyNeed ? readonly ManyItem[] : string;
};

/** Saved state of a long stage, kept under the step's key until the step succeeds. */
export interface Checkpoint {
  /** Path of the last complete checkpoint folder, or null at the first try. */
  readonly latest: string | null;
  /** Saves a new checkpoint: `write` fills the folder it is given, which then replaces `latest` atomically. */
  save(write: (folder: string) => void | Promise<void>): Promise<void>;
}

export interface Progress {
  (done: number, total: number | null, unit: string, metrics?: Metrics): void;
}

export interface RunContext<P, N extends Needs, O extends string> {
  /** The parsed parameters, exactly as hashed. */
  readonly params: P;
  /** Paths of the needed files; read-only. */
  readonly needs: NeedPaths<N>;
  /** Path an output must be written to. For `dir` outputs the folder exists already. */
  out(this: void, name: O): string;
  /** Scratch folder, gone after the step. */
  readonly tmp: string;
  /** Seed of the step, an unsigned 32-bit number. Throws for stages that do not say `random: true`. */
  readonly seed: number;
  /** A line in the step's log. */
  log(this: void, line: string): void;
  /** Reports progress for people: never part of the result. */
  readonly progress: Progress;
  readonly checkpoint: Checkpoint;
  /** Aborts when the run is stopped: save a checkpoint and throw. */
  readonly signal: AbortSignal;
  readonly resources: { readonly cpus: number; readonly memory: number; readonly gpus: readonly number[] };
}

export interface StageDefinition<S extends z.ZodType, N extends Needs, O extends readonly Output[]> {
  /** Schema of the parameters. Parsed values must be plain JSON. */
  readonly params?: S;
  /** By the need's name, the upstream output file or folder it reads. */
  readonly needs?: N;
  /** Files the stage writes: a fixed list, or one derived from the parameters. */
  readonly outputs: O | ((params: z.output<S>) => O);
  /** The stage draws random numbers: it gets a seed, and the seed enters the key. */
  readonly random?: boolean;
  /** The stage computes with 'ar-pipe/tf': backend, version and threads enter the key. */
  readonly numerical?: boolean;
  /** Commands whose output (`python3 -V`) enters the key. */
  readonly tools?: readonly string[];
  /** Names of environment variables the stage reads; their values enter the key. */
  readonly env?: readonly string[];
  /** Does the work: reads `needs`, writes every output. Throws where it cannot. */
  run(context: RunContext<z.output<S>, N, NameOf<O[number]>>): Promise<void> | void;
}

export const stageMark = Symbol.for('ar-pipe.stage');

export interface Stage<
  S extends z.ZodType = z.ZodType,
  N extends Needs = Needs,
  O extends readonly Output[] = readonly Output[],
> extends StageDefinition<S, N, O> {
  readonly [stageMark]: true;
  /** Holds the stack of the definition; read only when a message needs it. */
  readonly declared: { readonly stack?: string };
}

/**
 * Declares a stage. Must be the default export of a file of its own: values reach `run` only through `params` and `needs`,
 * so that what is hashed is all that matters.
 */
export function defineStage<
  S extends z.ZodType = z.ZodType<Record<string, never>>,
  const N extends Needs = NoNeeds,
  const O extends readonly Output[] = readonly Output[],
>(definition: StageDefinition<S, N, O>): Stage<S, N, O> {
  const declared = {};
  Error.captureStackTrace(declared, defineStage);
  return { ...definition, [stageMark]: true, declared };
}

export function isStage(value: unknown): value is Stage {
  return typeof value === 'object' && value !== null && stageMark in value;
}
