/** What the targets need as they stand, for the collector. Pure. */
import type { LastResults } from './last.ts';
import type { Plan } from './plan.ts';

/**
 * Keys of fresh results; of steps that will run, whose checkpoints may be half way; and the last results of pending steps, which
 * may turn out to be right still.
 */
export function keysNeeded(plan: Plan, last: LastResults): string[] {
  return [...plan].flatMap(([step, verdict]) => {
    if (verdict.state === 'fresh') return [verdict.entry.key];
    if (verdict.state === 'pending') return last.of(step.name)?.built?.key ?? [];
    return verdict.description?.key ?? [];
  });
}
