import { makePlan } from '../../build/plan.ts';
import { prepare } from '../../build/prepare.ts';
import { closure, upstreamOf } from '../../pipeline/graph.ts';
import type { Step } from '../../pipeline/step.ts';
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
  const whole: DrawnGraph = {
    nodes: steps.map((step) => ({
      name: step.name,
      group: groupOf(step),
      cell: step.cell,
      state: plan.get(step)!.state,
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

/** The step's name with its cell's values replaced by their axes: `train/ar-{epsilon}/seed-{rep}`. */
function groupOf(step: Step): string {
  const values = Object.entries(step.cell).sort(([, a], [, b]) => String(b).length - String(a).length);
  return values.reduce((name, [axis, value]) => {
    const text = String(value).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    return name.replace(new RegExp(`(^|[/_=.-])${text}(?=$|[/_=.-])`), `$1{${axis}}`);
  }, step.name);
}
