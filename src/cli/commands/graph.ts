import { createEstimator } from '../../build/estimate.ts';
import { makePlan } from '../../build/plan.ts';
import { prepare } from '../../build/prepare.ts';
import { closure, upstreamOf } from '../../pipeline/graph.ts';
import { groupsOf } from '../../pipeline/groups.ts';
import { foldGraph, type DrawnGraph } from '../../report/graph-fold.ts';
import { graphDot } from '../../report/graph-dot.ts';
import { graphMermaid } from '../../report/graph-mermaid.ts';
import { graphText } from '../../report/graph-text.ts';
import type { Action } from '../main.ts';
import { choiceOption } from '../options.ts';
import { print, printJson } from '../output.ts';
import { shownSelection } from '../selection.ts';
import { openWorkshop } from '../workshop.ts';

export const graphCommand: Action = async (selectors, options, given) => {
  const format = choiceOption('--format', given['format'] ?? (options.json ? 'json' : 'text'), [
    'text',
    'mermaid',
    'dot',
    'json',
  ]);
  const workshop = await openWorkshop(options);
  const steps = closure(shownSelection(workshop.loaded, selectors).steps);
  const plan = makePlan(steps, await prepare(workshop, steps));
  const groups = groupsOf(steps);
  const estimate = createEstimator(workshop.loaded.graph.steps, workshop.last);
  const whole: DrawnGraph = {
    nodes: steps.map((step) => ({
      name: step.name,
      group: groups.get(step)!,
      cell: step.cell,
      state: plan.get(step)!.state,
      estimatedMs: estimate(step)?.ms ?? null,
      ...(step.options.work === undefined ? {} : { work: step.options.work }),
    })),
    edges: steps.flatMap((step) => upstreamOf(step).map((need): [string, string] => [need.name, step.name])),
  };
  const drawn = given['full'] === true ? whole : foldGraph(whole);
  if (format === 'json')
    printJson({ pipeline: workshop.loaded.name, profile: workshop.loaded.profile, ...drawn });
  else print({ text: graphText, mermaid: graphMermaid, dot: graphDot }[format](drawn));
  workshop.flush();
  return 0;
};
