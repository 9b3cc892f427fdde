/** Local files a step asks for that are not there, or are more than it takes. Pure. */
import { sourcesOf, isStep } from '../pipeline/graph.ts';
import { stageMark } from '../pipeline/stage.ts';
import type { FileInput, Step } from '../pipeline/step.ts';
import type { LocalFile } from './describe.ts';

export interface LocalProblem {
  /** The need it is for; null for a helper file of a command. */
  readonly need: string | null;
  /** Path or glob, relative to the project. */
  readonly pattern: string;
  /** How many files match: 0, or more than the one that is wanted. */
  readonly matches: number;
}

export function localProblems(
  step: Step,
  local: (input: FileInput) => readonly LocalFile[],
): readonly LocalProblem[] {
  const problems: LocalProblem[] = [];
  for (const [need, { need: declared, from }] of Object.entries(step.needs)) {
    for (const source of sourcesOf(from)) {
      if (isStep(source)) continue;
      const matches = local(source).length;
      if (matches === 0 || (matches > 1 && typeof declared === 'string'))
        problems.push({ need, pattern: source.pattern, matches });
    }
  }
  const helpers = step.stage[stageMark] === 'command' ? (step.stage.files ?? []) : [];
  for (const pattern of helpers)
    if (local({ kind: 'file-input', pattern }).length === 0)
      problems.push({ need: null, pattern, matches: 0 });
  return problems;
}

export const problemText = ({ pattern, matches }: LocalProblem): string =>
  matches === 0 ? `no file matches ${pattern}` : `one file is taken, but ${pattern} matches ${matches}`;
