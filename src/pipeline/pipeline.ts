/** The whole study: profiles, and the targets they give. */
import type { Step } from './step.ts';

export const pipelineMark = Symbol.for('ar-pipe.pipeline');

/** A target is a step, or several that are asked for together. */
export type Target = Step | readonly Step[];

export interface RemoteDefinition {
  /** `https://…`, or a folder (relative ones begin at the project). The environment variable AR_PIPE_REMOTE goes before it. */
  readonly url: string;
  /** Whose results are used: public keys as `ar-pipe keys` prints them, beside one's own. `'anyone'`: signatures do not matter. */
  readonly trust?: 'anyone' | readonly string[];
}

export interface PipelineDefinition<P> {
  /** Default: the name in package.json. */
  readonly name?: string;
  /** From which every random stream is derived. Default 0. */
  readonly seed?: number;
  /** Named scales of the study: plain objects handed to `targets`. */
  readonly profiles?: Readonly<Record<string, P>>;
  /** Default: the first profile. */
  readonly defaultProfile?: string;
  /** Targets built when none is named. Default: all. */
  readonly default?: readonly string[];
  /** A cache that `push` writes and `run` and `pull` read. */
  readonly remote?: RemoteDefinition;
  /** How much there is of resources other than cores, memory and GPUs. */
  readonly resources?: Readonly<Record<string, number>>;
  /** The targets of a profile, by name. */
  readonly targets: (context: {
    readonly profile: P;
    readonly profileName: string;
  }) => Readonly<Record<string, Target>>;
}

export interface Pipeline<P = unknown> extends PipelineDefinition<P> {
  readonly [pipelineMark]: true;
}

/** Declares the study: the default export of pipeline.ts. */
export function pipeline<const P>(definition: PipelineDefinition<P>): Pipeline<P> {
  return { ...definition, [pipelineMark]: true };
}

export function isPipeline(value: unknown): value is Pipeline {
  return typeof value === 'object' && value !== null && pipelineMark in value;
}
