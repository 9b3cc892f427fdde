/** The graph of some steps as it is drawn: states, expected times, and which steps belong together. */
import { createEstimator } from '../build/estimate.ts';
import type { LastResults } from '../build/last.ts';
import type { Plan } from '../build/plan.ts';
import { groupsOf } from '../pipeline/groups.ts';
import type { Loaded } from '../pipeline/load.ts';
import type { Step } from '../pipeline/step.ts';
import type { DrawnGraph } from '../report/graph-fold.ts';

export function drawnGraph(
  { loaded, last }: { readonly loaded: Loaded; readonly last: LastResults },
  steps: readonly Step[],
  plan: Plan,
): DrawnGraph {
  const groups = groupsOf(steps);
  const estimate = createEstimator(loaded.graph.steps, last);
  return {
    nodes: steps.map((step) => ({
      name: step.name,
      group: groups.get(step)!,
      cell: step.cell,
      state: plan.get(step)!.state,
      estimatedMs: estimate(step)?.ms ?? null,
      ...(step.options.work === undefined ? {} : { work: step.options.work }),
    })),
    edges: steps.flatMap((step) => step.upstream.map((need): [string, string] => [need.name, step.name])),
  };
}
