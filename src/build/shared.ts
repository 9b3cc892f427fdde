/** A shared cache as steps see it: a result of their key, or none. */
import type { Report } from '../core/events.ts';
import type { Step } from '../pipeline/step.ts';
import { envlessKeyOf } from '../key/recipe.ts';
import { filesOf, type Entry, type SharedResults, type Store } from '../store/store.ts';
import { describe, type DescribeContext, type Outputs } from './describe.ts';
import { createDoor } from './door.ts';
import type { LastResults } from './last.ts';
import type { Plan } from './plan.ts';
import { note } from './remember.ts';

const atOnce = 8;

function limited<A extends readonly unknown[], T>(
  act: (...given: A) => Promise<T>,
): (...given: A) => Promise<T> {
  const door = createDoor(atOnce);
  return async (...given) => {
    await door.enter(0);
    try {
      return await act(...given);
    } finally {
      door.leave(0);
    }
  };
}

/** For a run, which goes on by itself where the cache fails: said once, then it is not asked again. Nor is it once the run stops. */
export function forgiving(shared: SharedResults, report: Report, stop: AbortSignal): SharedResults {
  let isOff = false;
  const ask = limited((key: string, envlessKey: string | null) =>
    isOff || stop.aborted ? Promise.resolve(undefined) : shared.find(key, envlessKey),
  );
  return {
    name: shared.name,
    async find(key, envlessKey) {
      try {
        return await ask(key, envlessKey);
      } catch (error) {
        const message = `the shared cache ${shared.name} is left aside for this run: ${(error as Error).message}`;
        if (!isOff && !stop.aborted) report({ event: 'notice', level: 'warn', message });
        isOff = true;
        return undefined;
      }
    },
  };
}

export interface Pulled {
  readonly step: string;
  /** Null where it cannot be known, since the result of a need is not known. */
  readonly key: string | null;
  readonly outcome: 'present' | 'pulled' | 'absent';
}

interface PullContext extends Omit<DescribeContext, 'outputsOf'> {
  readonly store: Store;
  readonly last: LastResults;
}

/** Brings the results of these steps, in graph order, each as soon as its needs are known. Rejects where the cache fails. */
export async function pull(
  steps: readonly Step[],
  plan: Plan,
  context: PullContext,
  shared: SharedResults,
): Promise<readonly Pulled[]> {
  const outputs = new Map<Step, Outputs>();
  const find = limited((key: string, envlessKey: string | null) => shared.find(key, envlessKey));
  const pulling = new Map<Step, Promise<Pulled>>();
  const one = async (step: Step): Promise<Pulled> => {
    await Promise.all(step.upstream.map((need) => pulling.get(need)!));
    const verdict = plan.get(step)!;
    if (verdict.state === 'fresh') {
      outputs.set(step, verdict.entry.outputs);
      if (
        Object.values(verdict.entry.outputs)
          .flatMap(filesOf)
          .every((file) => context.store.has(file))
      )
        return { step: step.name, key: verdict.entry.key, outcome: 'present' };
    }
    const description =
      verdict.state === 'fresh'
        ? verdict.description
        : describe(step, { ...context, outputsOf: (need) => outputs.get(need) });
    if (!description) return { step: step.name, key: null, outcome: 'absent' };
    const { key } = description;
    const entry = await find(key, envlessKeyOf(description.recipe));
    if (!entry) return { step: step.name, key, outcome: 'absent' };
    outputs.set(step, entry.outputs);
    note(step, description, { kind: 'reused', entry, from: 'remote' }, context);
    return { step: step.name, key, outcome: 'pulled' };
  };
  for (const step of steps) pulling.set(step, one(step));
  return Promise.all(pulling.values());
}

/** The results that these steps have, each once, and the steps that have none. */
export function shareable(
  steps: readonly Step[],
  plan: Plan,
): {
  readonly entries: readonly (readonly [step: string, entry: Entry])[];
  readonly notFresh: readonly string[];
} {
  const entries = new Map<string, readonly [string, Entry]>();
  const notFresh: string[] = [];
  for (const step of steps) {
    const verdict = plan.get(step)!;
    if (verdict.state !== 'fresh') notFresh.push(step.name);
    else if (!entries.has(verdict.entry.key)) entries.set(verdict.entry.key, [step.name, verdict.entry]);
  }
  return { entries: [...entries.values()], notFresh };
}
