import { createEstimator } from '../../build/estimate.ts';
import { closure } from '../../pipeline/graph.ts';
import type { Step } from '../../pipeline/step.ts';
import { listText } from '../../report/list-text.ts';
import { openWorkshop } from '../workshop.ts';
import type { Action } from '../action.ts';
import { roundOrNull } from '../documents.ts';
import { print, printJson, terminalWidth } from '../output.ts';
import { shownSelection } from '../selection.ts';

export const listCommand: Action = async (selectors, options) => {
  const { loaded, last } = await openWorkshop(options);
  const { steps, targets } = shownSelection(loaded, selectors);
  const estimate = createEstimator(loaded.graph.steps, last);
  const estimatedMs = (step: Step): number | null => roundOrNull(estimate(step)?.ms);
  if (options.json) {
    const members = [...loaded.graph.targets].map(([name, of]) => ({ name, steps: new Set(closure(of)) }));
    const inTargets = (step: Step): string[] =>
      members.filter(({ steps }) => steps.has(step)).map(({ name }) => name);
    printJson({
      pipeline: loaded.name,
      profile: loaded.profile,
      profiles: Object.keys(loaded.pipeline.profiles ?? {}),
      targets: targets.map((name) => ({
        target: name,
        steps: loaded.graph.targets.get(name)!.map((step) => step.name),
      })),
      steps: steps.map((step) => ({
        step: step.name,
        stage: loaded.stageFile(step) ?? null,
        cell: step.cell,
        params: step.params,
        targets: inTargets(step),
        estimatedMs: estimatedMs(step),
        ...(step.options.work === undefined ? {} : { work: step.options.work }),
      })),
    });
    return 0;
  }
  const rows = steps.map((step) => ({
    name: step.name,
    work: step.options.work,
    estimatedMs: estimatedMs(step),
  }));
  // Names alone in a pipe: scripts read them.
  print(listText(targets, rows, { width: terminalWidth(), costs: options.verbose || process.stdout.isTTY }));
  return 0;
};
