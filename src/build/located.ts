/** Where a failure comes from that has no place of its own. Pure. */
import type { Failure, FailureReason } from '../core/failure.ts';
import type { Step } from '../pipeline/step.ts';

export interface Places {
  declaredAt(step: Step): string | undefined;
  stageAt(step: Step): string | undefined;
}

const ofStage: readonly FailureReason[] = [
  'stage-threw',
  'stage-exited',
  'output-missing',
  'undeclared-output',
];
const ofStep: readonly FailureReason[] = ['stage-timeout', 'input-missing', 'input-changed'];

/** Points to the stage for what its code did, and to the step's declaration for what was asked of it. */
export function located(step: Step, failure: Failure, places: Places): Failure {
  if (failure.at !== undefined) return failure;
  if (ofStage.includes(failure.reason)) return { ...failure, at: places.stageAt(step) };
  return ofStep.includes(failure.reason) ? { ...failure, at: places.declaredAt(step) } : failure;
}
