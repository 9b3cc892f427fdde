/**
 * The order in which steps are visited: every step after its needs, the critical path first. p-graph orders; what runs at
 * once is limited by the resource broker, and what happens after a failure is decided here (p-graph would go on starting work).
 */
import type { Step } from '../pipeline/step.ts';
import { createDoor, type Door } from './door.ts';
import type { Outcome } from './outcome.ts';

export type FailurePolicy = 'stop' | 'continue' | 'kill';

export interface Schedule {
  /** Steps that may have to run, each after its needs. */
  readonly steps: readonly Step[];
  /** What is known already, for instance that a step is fresh. */
  readonly done: Map<Step, Outcome>;
  readonly policy: FailurePolicy;
  /** Start nothing new. */
  readonly stop: AbortController;
  /** End what runs. */
  readonly kill: AbortController;
  visit(step: Step, priority: number): Promise<Outcome>;
  settled(step: Step, outcome: Outcome): void;
  /** The same for steps that wait for the same resources. */
  readonly demand: (step: Step) => string;
  /** Expected duration of a step in milliseconds. */
  readonly estimate: (step: Step) => number;
}

/** For each demand, so that those that wait for a GPU do not keep those out that wait for a core. */
const PLACES = 256;

/** Never rejects: every step ends as an Outcome in `done`. */
export async function schedule(plan: Schedule): Promise<void> {
  const priorities = criticalPath(plan.steps, plan.estimate);
  const doors = new Map<string, Door>();
  const settle = async (step: Step): Promise<void> => {
    const priority = priorities.get(step)!;
    const demand = plan.demand(step);
    const door = doors.get(demand) ?? createDoor(PLACES);
    doors.set(demand, door);
    await door.enter(priority);
    const outcome = blocked(step, plan) ?? (await plan.visit(step, priority));
    door.leave(priority);
    plan.done.set(step, outcome);
    plan.settled(step, outcome);
    if (outcome.kind !== 'failed' || plan.policy === 'continue') return;
    plan.stop.abort(step.name);
    if (plan.policy === 'kill') plan.kill.abort(step.name);
  };
  if (plan.steps.length === 0) return;
  const waiting = new Set(plan.steps);
  const nodes = new Map(plan.steps.map((step) => [step.name, { run: () => settle(step) }]));
  const edges = plan.steps.flatMap((step) =>
    step.upstream.filter((need) => waiting.has(need)).map((need): [string, string] => [need.name, step.name]),
  );
  const { PGraph } = await import('p-graph');
  // Steps that wait for resources would hold p-graph's slots and starve others, so it gets as many as there are steps.
  await new PGraph(nodes, edges).run({ concurrency: plan.steps.length });
}

function blocked(step: Step, { done, stop }: Schedule): Outcome | undefined {
  const missing = step.upstream.find((need) => {
    const kind = done.get(need)?.kind;
    return kind === 'failed' || kind === 'not-run';
  });
  if (missing) {
    const outcome = done.get(missing)!;
    return { kind: 'not-run', because: outcome.kind === 'not-run' ? outcome.because : missing.name };
  }
  return stop.signal.aborted
    ? { kind: 'not-run', because: typeof stop.signal.reason === 'string' ? stop.signal.reason : null }
    : undefined;
}

/** For each step the expected time from its start to the end of all that waits for it; equal ones in graph order. */
export function criticalPath(steps: readonly Step[], estimate: (step: Step) => number): Map<Step, number> {
  const after = new Map<Step, number>(steps.map((step) => [step, 0]));
  const total = new Map<Step, number>();
  for (let i = steps.length - 1; i >= 0; i--) {
    const step = steps[i]!;
    const length = after.get(step)! + estimate(step);
    // A nanosecond for each step behind it: never more than a tie-break.
    total.set(step, length + (steps.length - i) * 1e-6);
    for (const need of step.upstream) {
      const known = after.get(need);
      if (known !== undefined && known < length) after.set(need, length);
    }
  }
  return total;
}
