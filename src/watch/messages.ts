/** What a run tells the `watch` that started it: which files it reads. */
export type FromRun =
  /** Files behind the pipeline or a stage, absolute; where they could not be bundled, also folders that lack one. */
  | { readonly kind: 'sources'; readonly paths: readonly string[] }
  /** Local inputs as declared, relative to the project. Said once the pipeline has loaded. */
  | { readonly kind: 'inputs'; readonly patterns: readonly string[] };

/** Set in the environment of a run that is watched. */
export const watchedVariable = 'AR_PIPE_WATCHED';
