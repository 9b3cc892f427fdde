/** What would happen, before anything does: a verdict for every step, in graph order. Reads the store, changes nothing. */
import { PipelineError, type Failure } from '../core/failure.ts';
import type { Reason } from '../core/events.ts';
import { compareRecipes } from '../key/reasons.ts';
import { envlessKeyOf, type Recipe } from '../key/recipe.ts';
import type { Step } from '../pipeline/step.ts';
import { filesOf, type Entry, type Store } from '../store/store.ts';
import { describe, type DescribeContext, type Description, type Outputs } from './describe.ts';
import type { LastResult, LastResults } from './last.ts';
import { localProblems, problemText } from './local-problems.ts';

export type Verdict =
  | {
      readonly state: 'fresh';
      readonly description: Description;
      readonly entry: Entry;
      readonly from?: 'other-env';
      /** Kept whatever changes; the description is that of the result. */
      readonly frozen?: true;
    }
  /** Will certainly run. `description` is missing where a local input is. */
  | { readonly state: 'stale'; readonly description?: Description; readonly reasons: readonly Reason[] }
  /** Something it needs will run; it may still be cut off. */
  | { readonly state: 'pending'; readonly reasons: readonly Reason[] }
  /** The last try failed and nothing changed since. */
  | {
      readonly state: 'failed';
      readonly description: Description;
      readonly reasons: readonly Reason[];
      readonly failure: Failure;
    };

export type Plan = ReadonlyMap<Step, Verdict>;

export interface PlanContext extends Omit<DescribeContext, 'outputsOf'> {
  readonly store: Store;
  readonly last: LastResults;
  readonly explainCode: (
    step: Step,
    before: string,
    after: string,
  ) => { file: string; line: number; formattingOnly: boolean };
  /** Steps to run whatever the store holds. */
  readonly forced: ReadonlySet<Step>;
  /** Whether results computed under another environment count. */
  readonly anyEnv: boolean;
}

export function makePlan(steps: readonly Step[], context: PlanContext): Plan {
  const plan = new Map<Step, Verdict>();
  for (const step of steps) plan.set(step, judge(step, plan, context));
  requireBytes(steps, plan, context.store);
  return plan;
}

function judge(step: Step, plan: Plan, context: PlanContext): Verdict {
  const last = context.last.of(step.name);
  const frozen = frozenVerdict(step, last, context);
  if (frozen) return frozen;
  const waiting = step.upstream.filter((need) => plan.get(need)?.state !== 'fresh');
  if (waiting.length > 0)
    return { state: 'pending', reasons: pendingReasons(step, waiting, last, plan, context) };
  let description: Description;
  try {
    description = describe(step, { ...context, outputsOf: (need) => outputsIn(plan, need) })!;
  } catch (error) {
    // The run will fail this step with the same sentence; here it is a reason to run it.
    if (error instanceof PipelineError) return { state: 'stale', reasons: unreadable(step, last, context) };
    throw error;
  }
  if (context.forced.has(step)) return { state: 'stale', description, reasons: [{ kind: 'forced' }] };
  if (step.options.volatile) return { state: 'stale', description, reasons: [{ kind: 'volatile' }] };
  const found = lookUp(description, context, last);
  if (found) return { state: 'fresh', description, ...found };
  const reasons = reasonsFor(step, description, last, context);
  if (last?.failed?.key === description.key)
    return { state: 'failed', description, reasons, failure: last.failed.failure };
  return { state: 'stale', description, reasons };
}

/** Reasons for local files that are not there or are too many, with the digest they had, where it is known. */
function unreadable(step: Step, last: LastResult | undefined, context: PlanContext): Reason[] {
  return localProblems(step, (input) => context.local(input)).map((problem) => {
    const before = problem.need === null ? undefined : last?.built?.recipe.inputs[problem.need];
    return {
      kind: 'file',
      path: problem.pattern,
      before: before && 'digest' in before ? before.digest : null,
      after: null,
      problem: problemText(problem),
    };
  });
}

/** The entry that makes a step fresh: of its key, or of the same recipe under another environment. */
export function lookUp(
  description: Description,
  { store, anyEnv }: Pick<PlanContext, 'store' | 'anyEnv'>,
  last: LastResult | undefined,
): { entry: Entry; from?: 'other-env' } | undefined {
  const entry = recall(description, store, last) ?? store.find(description.key);
  if (entry) return { entry };
  const anyEnvKey = anyEnv ? envlessKeyOf(description.recipe) : null;
  const other = anyEnvKey === null ? undefined : store.findAnyEnv(anyEnvKey);
  return other && { entry: other, from: 'other-env' };
}

/** The step's entry without reading it, where it was known last time and its file is still the same. */
function recall({ key, recipe }: Description, store: Store, last: LastResult | undefined): Entry | undefined {
  const built = last?.built;
  if (built?.key !== key || built.stamp === undefined || store.stamp(key) !== built.stamp) return undefined;
  return { key, step: last!.step, recipe, outputs: built.outputs, facts: built.facts };
}

export function reasonsFor(
  step: Step,
  description: Description,
  last: LastResult | undefined,
  context: Pick<PlanContext, 'explainCode'>,
): Reason[] {
  if (!last?.built) return [{ kind: 'new' }];
  const reasons = compare(step, last.built.recipe, description, context);
  return reasons.length > 0
    ? reasons
    : [{ kind: 'output-lost', output: Object.keys(last.built.outputs)[0] ?? '' }];
}

function compare(
  step: Step,
  before: Recipe,
  { recipe, inputs }: Description,
  context: Pick<PlanContext, 'explainCode'>,
): Reason[] {
  const source = (need: string, index: number): { step: string } | { file: string } => {
    const input = inputs.filter((candidate) => candidate.need === need)[index];
    if (!input) return { step: '' };
    return 'step' in input.source ? { step: input.source.step.name } : { file: input.source.file.path };
  };
  return compareRecipes(before, recipe, {
    source,
    explainCode: (old, now) => context.explainCode(step, old, now),
  });
}

/** What is certain already, taking unknown inputs as they were last time, and which needs the outcome waits for. */
function pendingReasons(
  step: Step,
  waiting: readonly Step[],
  last: LastResult | undefined,
  plan: Plan,
  context: PlanContext,
): Reason[] {
  const upstream: Reason = { kind: 'upstream', steps: waiting.map(({ name }) => name) };
  if (context.forced.has(step)) return [{ kind: 'forced' }, upstream];
  if (!last?.built) return [{ kind: 'new' }, upstream];
  const unknown = new Set(waiting);
  const outputsOf = (need: Step): Outputs | undefined =>
    unknown.has(need) ? context.last.of(need.name)?.built?.outputs : outputsIn(plan, need);
  try {
    const guess = describe(step, { ...context, outputsOf });
    if (!guess) return [upstream];
    const waitingNames = new Set(waiting.map(({ name }) => name));
    const certain = compare(step, last.built.recipe, guess, context).filter(
      (reason) => reason.kind !== 'input' || !waitingNames.has(reason.step),
    );
    return [...certain, upstream];
  } catch (error) {
    if (error instanceof PipelineError) return [...unreadable(step, last, context), upstream];
    throw error;
  }
}

const outputsIn = (plan: Plan, step: Step): Outputs | undefined => {
  const verdict = plan.get(step);
  return verdict?.state === 'fresh' ? verdict.entry.outputs : undefined;
};

function frozenVerdict(step: Step, last: LastResult | undefined, context: PlanContext): Verdict | undefined {
  if ((!step.options.frozen && !last?.frozen) || !last?.built || context.forced.has(step)) return undefined;
  const entry = context.store.find(last.built.key);
  if (!entry) return undefined;
  const description = { recipe: entry.recipe, key: entry.key, inputs: [] };
  return { state: 'fresh', entry, description, frozen: true };
}

/**
 * A step that will run reads bytes, not only digests: where an object it needs is gone, the step that made it must run
 * again. From the end backwards, since that step reads bytes too.
 */
function requireBytes(steps: readonly Step[], plan: Map<Step, Verdict>, store: Store): void {
  for (let i = steps.length - 1; i >= 0; i--) {
    const step = steps[i]!;
    const verdict = plan.get(step)!;
    if (verdict.state === 'fresh') continue;
    for (const { need, from } of Object.values(step.needs)) {
      const output = typeof need === 'string' ? need : need.name;
      for (const source of Array.isArray(from) ? (from as readonly Step[]) : [from as Step]) {
        const made = plan.get(source);
        if (made?.state !== 'fresh') continue;
        const ref = made.entry.outputs[output];
        if (ref && !filesOf(ref).every((file) => store.has(file))) {
          plan.set(source, {
            state: 'stale',
            description: made.description,
            reasons: [{ kind: 'output-lost', output }],
          });
        }
      }
    }
  }
}
