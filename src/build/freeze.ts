/** Keeping a result whatever changes, and letting it go again. Holds in this checkout and profile. */
import { PipelineError } from '../core/failure.ts';
import type { Step } from '../pipeline/step.ts';
import type { Store } from '../store/store.ts';
import { note } from './remember.ts';
import type { LastResults } from './last.ts';
import type { Plan } from './plan.ts';

export interface Frozen {
  readonly step: string;
  readonly frozen: boolean;
  /** Key of the result that is kept; null after thawing. */
  readonly key: string | null;
}

/** Throws PipelineError `usage` where a step has no result to keep; then nothing is changed. */
export function freeze(
  steps: readonly Step[],
  plan: Plan,
  { store, last }: { readonly store: Store; readonly last: LastResults },
): readonly Frozen[] {
  for (const step of steps) {
    const verdict = plan.get(step)!;
    if (verdict.state === 'fresh')
      note(step, verdict.description, { kind: 'reused', entry: verdict.entry }, { last, store });
  }
  const empty = steps.filter(({ name }) => !hasResult(name, last, store));
  if (empty.length > 0) {
    throw new PipelineError({
      reason: 'usage',
      message: `${empty.map(({ name }) => name).join(', ')}: no result to keep`,
      hint: `ar-pipe run ${empty[0]!.name}`,
    });
  }
  return steps.map(({ name }) => {
    last.set({ ...last.of(name), step: name, frozen: true });
    return { step: name, frozen: true, key: last.of(name)?.built?.key ?? null };
  });
}

/** A step that is declared `frozen` stays so. */
export function thaw(steps: readonly Step[], last: LastResults): readonly Frozen[] {
  return steps.map(({ name, options }) => {
    const known = last.of(name);
    if (known?.frozen) last.set({ ...known, frozen: false });
    const stays = options.frozen ?? false;
    return { step: name, frozen: stays, key: stays ? (known?.built?.key ?? null) : null };
  });
}

function hasResult(step: string, last: LastResults, store: Store): boolean {
  const key = last.of(step)?.built?.key;
  return key !== undefined && store.find(key) !== undefined;
}
