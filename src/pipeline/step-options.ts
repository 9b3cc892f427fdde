/** What a step may be told beside its stage, parameters and needs. */
/** What a step takes while it runs. A list is for its tries: the first amount for the first try, the last one for all that follow. */
export interface Resources {
  /** Cores. Default 1. */
  readonly cpus?: Tries<number>;
  /** Bytes, or a text as '1.5GB'. */
  readonly memory?: Tries<number | string>;
  readonly gpus?: Tries<number>;
  /** Any other countable thing, limited by the pipeline's `resources`. */
  readonly [name: string]: Tries<number | string> | undefined;
}

/** The same for all tries, or one for each. */
export type Tries<T> = T | readonly [T, ...T[]];

export interface StepOptions {
  /** Named random stream: steps that share it draw the same numbers. Default: the step's own name. */
  readonly seed?: string;
  readonly resources?: Resources;
  /** Further tries after a failure, with growing pauses. */
  readonly retries?: number;
  /** Seconds after which a try is ended. */
  readonly timeout?: number;
  /**
   * Expected work in multiply-adds, or any unit that the steps of a stage share: orders steps and gives dry runs their estimates
   * before the step was ever built. Never keyed.
   */
  readonly work?: number;
  /** Runs once in every run. */
  readonly volatile?: boolean;
  /** Keeps its last result whatever changes. */
  readonly frozen?: boolean;
  /** Environment variables set for the step; they enter the key. */
  readonly env?: Readonly<Record<string, string>>;
  /** Names of environment variables passed on, never keyed or stored. */
  readonly secrets?: readonly string[];
}
