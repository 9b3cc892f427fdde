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

const safePath = /^(?!\.{1,2}(\/|$))[^/\\\0]+(\/(?!\.{1,2}(\/|$))[^/\\\0]+)*$/;

/** Relative, without `.`, `..`, empty parts or backslashes: it names something inside the folder it is joined to. */
export const isSafePath = (path: string): boolean => safePath.test(path);
