/** The selection a command works on: what was named, else the pipeline's default targets, else all targets. */
import { PipelineError } from '../core/failure.ts';
import type { Loaded } from '../pipeline/load.ts';
import { select, type Selection } from '../pipeline/select.ts';
import type { Step } from '../pipeline/step.ts';

export function selectionOf({ graph, pipeline }: Loaded, selectors: readonly string[]): Selection {
  if (selectors.length > 0) return select(graph, selectors);
  return select(graph, pipeline.default ?? [...graph.targets.keys()]);
}

/** Commands that only show take everything when nothing is named. */
export function shownSelection({ graph }: Loaded, selectors: readonly string[]): Selection {
  return selectors.length > 0
    ? select(graph, selectors)
    : { steps: graph.steps, targets: [...graph.targets.keys()] };
}

/** Steps of `--force SEL`, all of which must be part of the run. */
export function forcedSteps(
  { graph }: Loaded,
  selectors: readonly string[],
  running: readonly Step[],
): ReadonlySet<Step> {
  if (selectors.length === 0) return new Set();
  const forced = select(graph, selectors).steps;
  const outside = forced.find((step) => !running.includes(step));
  if (outside) {
    throw new PipelineError({
      reason: 'usage',
      message: `--force ${outside.name}: the step is not part of this run`,
      hint: `name it or a target that needs it: ar-pipe run ${outside.name} --force ${outside.name}`,
    });
  }
  return new Set(forced);
}
