/** Two runs side by side: what each step came to, and why its results differ. Pure. */
import { rowsOf, type Row } from '../build/compare.ts';
import type { Metrics, Reason } from '../core/events.ts';
import type { LiveStep, RunView } from './run-view.ts';

/** What is known of two results of one step. */
export interface Difference {
  /** From the first recipe to the second. */
  readonly reasons: readonly Reason[];
  readonly before: Metrics;
  readonly after: Metrics;
}

export interface ComparedSide {
  readonly outcome: LiveStep['state'];
  readonly key: string | null;
  /** Milliseconds it took in that run. */
  readonly ms: number;
}

export interface ComparedStep {
  readonly step: string;
  /** null: not part of that run. */
  readonly a: ComparedSide | null;
  readonly b: ComparedSide | null;
  /** Both runs had the very same result of it. */
  readonly same: boolean;
  readonly reasons: readonly Reason[];
  /** Those that differ. */
  readonly metrics: readonly Row<number>[];
}

export type ComparedRun = Pick<RunView, 'run' | 'at' | 'profile' | 'targets' | 'counts' | 'ended'>;

export interface ComparedRuns {
  readonly a: ComparedRun;
  readonly b: ComparedRun;
  /** In the order of the first run; what is in the second alone comes last. */
  readonly steps: readonly ComparedStep[];
}

/** `differ` looks two keys up; undefined where one of the results is gone. */
export async function compareRuns(
  a: RunView,
  b: RunView,
  differ: (before: string, after: string) => Promise<Difference | undefined>,
): Promise<ComparedRuns> {
  const names = [...new Set([...Object.keys(a.steps), ...Object.keys(b.steps)])];
  const steps = names.map(async (step): Promise<ComparedStep> => {
    const [left, right] = [sideOf(a.steps[step]), sideOf(b.steps[step])];
    const keys = left?.key && right?.key ? [left.key, right.key] : undefined;
    const same = keys !== undefined && keys[0] === keys[1];
    const found = keys && !same ? await differ(keys[0]!, keys[1]!) : undefined;
    return {
      step,
      a: left,
      b: right,
      same,
      reasons: found?.reasons ?? [],
      metrics: found ? rowsOf(Object.entries(found.before), Object.entries(found.after), false) : [],
    };
  });
  return { a: headOf(a), b: headOf(b), steps: await Promise.all(steps) };
}

const sideOf = (step: LiveStep | undefined): ComparedSide | null =>
  step ? { outcome: step.state, key: step.key, ms: step.ms } : null;

const headOf = ({ run, at, profile, targets, counts, ended }: RunView): ComparedRun => ({
  run,
  at,
  profile,
  targets,
  counts,
  ended,
});
