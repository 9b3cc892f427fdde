/** From targets to a graph: the closure of their needs in topological order, names checked. Pure. */
import { PipelineError } from '../core/failure.ts';
import type { FileInput, Step } from './step.ts';
import type { Target } from './pipeline.ts';

export interface Graph {
  /** Every step after its needs. */
  readonly steps: readonly Step[];
  readonly byName: ReadonlyMap<string, Step>;
  readonly targets: ReadonlyMap<string, readonly Step[]>;
}

export const isStep = (source: Step | FileInput | null | undefined): source is Step =>
  typeof source === 'object' && source !== null && 'stage' in source;

/** Where a need's files come from, in order: one source for plain needs. */
export function sourcesOf(from: Step['needs'][string]['from']): readonly (Step | FileInput)[] {
  return Array.isArray(from) ? (from as readonly (Step | FileInput)[]) : [from as Step | FileInput];
}

/** `declared` comes from a user's function, which may have returned nothing. */
export function buildGraph(declared: Readonly<Record<string, Target>> | undefined): Graph {
  const targets = declared ?? {};
  if (Object.keys(targets).length === 0) {
    throw new PipelineError({
      reason: 'pipeline-not-loaded',
      message: 'the pipeline has no targets',
      hint: 'targets must return an object such as { table: step(…) }',
    });
  }
  const byTarget = new Map<string, readonly Step[]>();
  for (const [name, target] of Object.entries(targets)) {
    const steps = Array.isArray(target) ? (target as readonly Step[]) : [target as Step];
    for (const step of steps) {
      if (!isStep(step)) {
        throw new PipelineError({
          reason: 'usage',
          message: `target '${name}' is not a step or a list of steps`,
          hint: 'pass what step() returned',
        });
      }
    }
    byTarget.set(name, steps);
  }
  const steps = closure([...byTarget.values()].flat());
  const byName = indexByName(steps);
  for (const [name, members] of byTarget) {
    const same = byName.get(name);
    if (same && (members.length !== 1 || members[0] !== same)) {
      throw new PipelineError({
        reason: 'duplicate-step',
        message: `target '${name}' has the name of a step but is another one`,
        hint: 'rename the target, or make it that step',
      });
    }
  }
  return { steps, byName, targets: byTarget };
}

/** The given steps and all they need, each after its needs. Iterative: a chain of 20,000 steps must not overflow the stack. */
export function closure(roots: readonly Step[]): Step[] {
  const ordered: Step[] = [];
  const state = new Map<Step, 'open' | 'done'>();
  const stack: Step[] = [...roots].reverse();
  while (stack.length > 0) {
    const step = stack.at(-1)!;
    const seen = state.get(step);
    if (seen === undefined) {
      state.set(step, 'open');
      for (const need of step.upstream.toReversed()) {
        if (state.get(need) === 'open') {
          throw new PipelineError({
            reason: 'cycle',
            message: `step '${need.name}' needs itself, by way of '${step.name}'`,
          });
        }
        if (!state.has(need)) stack.push(need);
      }
      continue;
    }
    stack.pop();
    if (seen === 'open') {
      state.set(step, 'done');
      ordered.push(step);
    }
  }
  return ordered;
}

/** Names must differ also on file systems that fold case or Unicode forms. */
function indexByName(steps: readonly Step[]): Map<string, Step> {
  const byName = new Map<string, Step>();
  const folded = new Map<string, Step>();
  for (const step of steps) {
    const fold = step.name.normalize('NFC').toLowerCase();
    const other = folded.get(fold);
    if (other) {
      const error = new PipelineError({
        reason: 'duplicate-step',
        message:
          other.name === step.name
            ? `two steps are named '${step.name}'`
            : `steps '${other.name}' and '${step.name}' have names that some file systems cannot tell apart`,
        hint: 'give each step a name of its own, or use the same step twice by value',
      });
      error.stack = step.declared.stack ?? '';
      throw error;
    }
    folded.set(fold, step);
    byName.set(step.name, step);
  }
  return byName;
}

/** For each step the steps that read from it. */
export function dependantsOf(steps: readonly Step[]): Map<Step, Step[]> {
  const result = new Map<Step, Step[]>(steps.map((step) => [step, []]));
  for (const step of steps) for (const need of step.upstream) result.get(need)?.push(step);
  return result;
}

/** Every step that needs one of these, directly or not, and these themselves; in graph order. */
export function downstream(graph: Graph, roots: readonly Step[]): Step[] {
  const reached = new Set(roots);
  for (const step of graph.steps) if (step.upstream.some((need) => reached.has(need))) reached.add(step);
  return graph.steps.filter((step) => reached.has(step));
}
