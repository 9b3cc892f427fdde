/** The JSON documents of `status` and `why` (docs/cli.md): verdicts as data. Pure. */
import type { Failure } from '../core/failure.ts';
import type { Reason } from '../core/events.ts';
import { createEstimator, type Estimator } from '../build/estimate.ts';
import type { LastResults } from '../build/last.ts';
import type { Plan, Verdict } from '../build/plan.ts';
import type { Step } from '../pipeline/step.ts';

export interface StepStatus {
  readonly step: string;
  readonly state: Verdict['state'];
  readonly key: string | null;
  readonly reasons: readonly Reason[];
  /** Its result is kept whatever changes. */
  readonly frozen?: true;
  /** ISO 8601, or null where it was never built here. */
  readonly lastBuilt: string | null;
  /** How long it took, or is likely to take; null where nothing like it was ever built here. */
  readonly estimatedMs: number | null;
  /** Multiply-adds, where the pipeline says so. */
  readonly work?: number;
  readonly failure?: Failure;
}

export interface StatusDocument {
  readonly pipeline: string;
  readonly profile: string;
  readonly counts: Record<Verdict['state'], number>;
  readonly steps: readonly StepStatus[];
}

export function stepStatus(step: Step, verdict: Verdict, last: LastResults, estimate: Estimator): StepStatus {
  const facts = verdict.state === 'fresh' ? verdict.entry.facts : last.of(step.name)?.built?.facts;
  return {
    step: step.name,
    state: verdict.state,
    key: verdict.state === 'pending' ? null : (verdict.description?.key ?? null),
    reasons: verdict.state === 'fresh' ? [] : verdict.reasons,
    ...(verdict.state === 'fresh' && verdict.frozen ? { frozen: true } : {}),
    lastBuilt: facts?.startedAt ?? null,
    estimatedMs: roundOrNull(facts?.ms ?? estimate(step)?.ms),
    ...(step.options.work === undefined ? {} : { work: step.options.work }),
    ...(verdict.state === 'failed' ? { failure: { ...verdict.failure, stack: undefined } } : {}),
  };
}

/** Whole milliseconds; null where no time is known. */
export const roundOrNull = (ms: number | undefined): number | null =>
  ms === undefined ? null : Math.round(ms);

export function statusDocument(
  pipeline: string,
  profile: string,
  steps: readonly Step[],
  plan: Plan,
  last: LastResults,
): StatusDocument {
  const counts = { fresh: 0, stale: 0, pending: 0, failed: 0 };
  const estimate = createEstimator(steps, last);
  const rows = steps.map((step) => {
    const verdict = plan.get(step)!;
    counts[verdict.state]++;
    return stepStatus(step, verdict, last, estimate);
  });
  return { pipeline, profile, counts, steps: rows };
}
