import { createEstimator } from '../../build/estimate.ts';
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

/**
 * Each step's name with its cell's values replaced by their axes: `train/ar-{epsilon}/seed-{rep}`. Where a value occurs more
 * than once in a name (`resnet-8/pgd-8`), the place is taken that most steps share.
 */
function groupsOf(steps: readonly Step[]): Map<Step, string> {
  const candidates = new Map(steps.map((step) => [step, templatesOf(step)]));
  const shared = new Map<string, number>();
  for (const templates of candidates.values())
    for (const each of templates) shared.set(each, (shared.get(each) ?? 0) + 1);
  const best = (templates: readonly string[]): string =>
    templates.reduce((found, each) => (shared.get(each)! > shared.get(found)! ? each : found));
  return new Map([...candidates].map(([step, templates]) => [step, best(templates)]));
}

function templatesOf({ name, cell }: Step): string[] {
  return Object.entries(cell).reduce<string[]>(
    (names, [axis, value]) => {
      const text = String(value).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      const place = new RegExp(`(?<=^|[/_=.-])${text}(?=$|[/_=.-])`, 'g');
      const replaced = names.flatMap((each) =>
        [...each.matchAll(place)].map(
          ({ index, 0: { length } }) => `${each.slice(0, index)}{${axis}}${each.slice(index + length)}`,
        ),
      );
      return replaced.length > 0 ? replaced : names;
    },
    [name],
  );
}
