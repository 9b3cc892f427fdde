/** Declaring a change of code harmless: the result made before counts for the new code too, and says so in its provenance. */
import { PipelineError } from '../core/failure.ts';
import type { Reason } from '../core/events.ts';
import { envlessKeyOf } from '../key/recipe.ts';
import type { Step } from '../pipeline/step.ts';
import type { Entry } from '../store/store.ts';
import type { Description } from './describe.ts';
import { makePlan, type Plan, type PlanContext } from './plan.ts';
import { noted } from './remember.ts';

type CodeReason = Extract<Reason, { kind: 'code' }>;

export interface Accepted {
  readonly step: string;
  readonly key: string;
  /** Key of the result that now counts under the new key too. */
  readonly from: string;
  readonly changes: readonly CodeReason[];
}

/**
 * Accepts the code of all selected steps that are stale for nothing else. `all`: the closure of the selection in graph order.
 * Throws PipelineError `usage` where a selected step is stale for other reasons too, or has no result; then nothing is accepted.
 */
export function accept(
  selected: readonly Step[],
  all: readonly Step[],
  context: PlanContext,
  now: Date,
): readonly Accepted[] {
  const entries = new Map<string, Entry>();
  const accepted = new Map<
    Step,
    { entry: Entry; description: Description; changes: readonly CodeReason[] }
  >();
  const { store, last } = context;
  const tentative: PlanContext = {
    ...context,
    store: { ...store, find: (key) => entries.get(key) ?? store.find(key) },
  };
  // Each round makes the needs of further steps fresh; a chain takes as many rounds as it has changed stages.
  for (;;) {
    const plan = makePlan(all, tentative);
    const waiting = selected.filter((step) => plan.get(step)!.state !== 'fresh');
    const found = waiting.flatMap((step) => {
      const verdict = plan.get(step)!;
      if (verdict.state !== 'stale' && verdict.state !== 'failed') return [];
      const from = store.find(last.of(step.name)?.built?.key ?? '');
      const { description, reasons } = verdict;
      if (!from || !description || !areOfCode(reasons)) return [];
      return [{ step, from, description, changes: reasons }];
    });
    for (const { step, from, description, changes } of found) {
      const entry = under(description, from, changes, now);
      entries.set(entry.key, entry);
      accepted.set(step, { entry, description, changes });
    }
    if (found.length > 0) continue;
    if (waiting.length > 0) throw refusal(waiting, plan);
    break;
  }
  return [...accepted].map(([step, { entry, description, changes }]) => {
    const from = last.of(step.name)!.built!.key;
    store.adopt(entry, envlessKeyOf(entry.recipe));
    last.set(noted(step, description, entry, store, last.of(step.name)));
    return { step: step.name, key: entry.key, from, changes };
  });
}

const areOfCode = (reasons: readonly Reason[]): reasons is readonly CodeReason[] =>
  reasons.length > 0 && reasons.every(({ kind }) => kind === 'code');

/** The result of `from` as an entry of the new recipe. */
function under({ key, recipe }: Description, from: Entry, changes: readonly CodeReason[], now: Date): Entry {
  const before = from.facts.accepted ?? [];
  const accepted = [
    ...before,
    {
      from: from.key,
      code: from.recipe.code,
      changes: changes.map(({ file, line }) => `${file}:${line}`),
      at: now.toISOString(),
    },
  ];
  return { ...from, key, recipe, facts: { ...from.facts, accepted } };
}

function refusal(waiting: readonly Step[], plan: Plan): PipelineError {
  const step = waiting[0]!;
  const verdict = plan.get(step)!;
  const others = waiting.length > 1 ? ` (and ${waiting.length - 1} more)` : '';
  if (verdict.state === 'pending') {
    return new PipelineError({
      reason: 'usage',
      message: `${step.name}${others} waits for steps that are not fresh: it cannot be accepted before them`,
      hint: `ar-pipe accept '+${step.name}' takes them in; ar-pipe why ${step.name} tells more`,
    });
  }
  return new PipelineError({
    reason: 'usage',
    message: `${step.name}${others} is stale for more than its code, or has no result: nothing was accepted`,
    hint: `ar-pipe why ${step.name}`,
  });
}
