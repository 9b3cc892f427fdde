/** What a run and the `watch` that started it tell each other. */
export type FromRun =
  /** Files behind the pipeline or a stage, absolute; where they could not be bundled, also folders that lack one. */
  | { readonly kind: 'sources'; readonly paths: readonly string[] }
  /** Local inputs as declared, relative to the project. Said once the pipeline has loaded. */
  | { readonly kind: 'inputs'; readonly patterns: readonly string[] };

/** A line for people, which the run says above its live view: two processes must not write to one terminal at a time. */
export interface ToRun {
  readonly kind: 'say';
  readonly line: string;
}

/** Set in the environment of a run that is watched. */
export const watchedVariable = 'AR_PIPE_WATCHED';
