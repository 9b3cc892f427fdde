/** The result a step has: the present one, or its last where it is not fresh. */
import { makePlan, type Verdict } from '../build/plan.ts';
import { prepare } from '../build/prepare.ts';
import { PipelineError } from '../core/failure.ts';
import { closure } from '../pipeline/graph.ts';
import { selectOne } from '../pipeline/select.ts';
import type { Step } from '../pipeline/step.ts';
import type { Entry } from '../store/store.ts';
import type { CommonOptions } from './options.ts';
import { openWorkshop, type Opened } from './workshop.ts';

export interface FoundResult extends Opened {
  readonly step: Step;
  readonly verdict: Verdict;
  readonly entry: Entry;
  readonly fresh: boolean;
}

/** Throws PipelineError where the step has no result yet. */
export async function lookUpResult(
  name: string,
  options: Pick<CommonOptions, 'directory' | 'pipeline' | 'profile'>,
): Promise<FoundResult> {
  const workshop = await openWorkshop(options);
  const step = selectOne(workshop.loaded.graph, name);
  const { verdict, entry } = await judgeStep(workshop, step);
  if (!entry) {
    throw new PipelineError({
      reason: 'usage',
      message: `${step.name} has no result yet`,
      hint: `ar-pipe run ${step.name}`,
    });
  }
  return { ...workshop, step, verdict, entry, fresh: verdict.state === 'fresh' };
}

/** A step's verdict, and the entry of its present or last result. */
export async function judgeStep(
  workshop: Opened,
  step: Step,
): Promise<{ verdict: Verdict; entry: Entry | undefined }> {
  const steps = closure([step]);
  const verdict = makePlan(steps, await prepare(workshop, steps)).get(step)!;
  const built = workshop.last.of(step.name)?.built;
  return {
    verdict,
    entry: verdict.state === 'fresh' ? verdict.entry : built && workshop.store.find(built.key),
  };
}
