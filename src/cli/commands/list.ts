import { closure } from '../../pipeline/graph.ts';
import { openWorkshop } from '../workshop.ts';
import type { Action } from '../main.ts';
import { print, printJson } from '../output.ts';
import { shownSelection } from '../selection.ts';

export const listCommand: Action = async (selectors, options) => {
  const { loaded } = await openWorkshop(options);
  const { steps, targets } = shownSelection(loaded, selectors);
  const inTarget = (name: string): string[] =>
    [...loaded.graph.targets]
      .filter(([, members]) => closure(members).some((step) => step.name === name))
      .map(([target]) => target);
  if (options.json) {
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
        targets: inTarget(step.name),
      })),
    });
    return 0;
  }
  const lines = targets.length > 0 ? ['targets', ...targets.map((name) => `  ${name}`), 'steps'] : [];
  const indent = targets.length > 0 ? '  ' : '';
  print([...lines, ...steps.map((step) => `${indent}${step.name}`)].join('\n'));
  return 0;
};
