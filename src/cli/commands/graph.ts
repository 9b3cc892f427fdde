import { makePlan } from '../../build/plan.ts';
import { prepare } from '../../build/prepare.ts';
import { PipelineError } from '../../core/failure.ts';
import { closure } from '../../pipeline/graph.ts';
import { foldGraph } from '../../report/graph-fold.ts';
import { graphDot } from '../../report/graph-dot.ts';
import { graphMermaid } from '../../report/graph-mermaid.ts';
import { graphText } from '../../report/graph-text.ts';
import { drawnGraph } from '../drawn-graph.ts';
import type { Action } from '../action.ts';
import { choiceOption } from '../options.ts';
import { print, printJson } from '../output.ts';
import { shownSelection } from '../selection.ts';
import { openWorkshop } from '../workshop.ts';

export const graphCommand: Action = async (selectors, options, given) => {
  const format = choiceOption('--format', given['format'] ?? (options.json ? 'json' : 'text'), [
    'text',
    'mermaid',
    'dot',
    'svg',
    'json',
  ]);
  if (options.json && format !== 'json')
    throw new PipelineError({
      reason: 'usage',
      message: `--json and --format ${format} ask for two things`,
      hint: 'give one of them',
    });
  const workshop = await openWorkshop(options);
  const steps = closure(shownSelection(workshop.loaded, selectors).steps);
  const plan = makePlan(steps, await prepare(workshop, steps));
  const whole = drawnGraph(workshop, steps, plan);
  const drawn = given['full'] === true ? whole : foldGraph(whole);
  const { name, profile } = workshop.loaded;
  if (format === 'json') printJson({ pipeline: name, profile, ...drawn });
  else if (format === 'svg') {
    // The layout library is loaded only here.
    const { graphSvg } = await import('../../report/graph-svg.ts');
    print(graphSvg(drawn, `${name}, profile ${profile}`));
  } else print({ text: graphText, mermaid: graphMermaid, dot: graphDot }[format](drawn));
  workshop.flush();
  return 0;
};
