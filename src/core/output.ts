/** What a step declares to write. */
export interface OutputSpec {
  readonly name: string;
  /** `metrics` is a file of JSON numbers that `diff` and the page compare. */
  readonly kind: 'file' | 'dir' | 'metrics';
}

/** The form in a recipe: `name`, `dir:name` or `metrics:name`. */
export function outputText(spec: OutputSpec): string {
  return spec.kind === 'file' ? spec.name : `${spec.kind}:${spec.name}`;
}
