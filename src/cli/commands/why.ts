import { selectOne } from '../../pipeline/select.ts';
import { whyText } from '../../report/why-text.ts';
import { readRun } from '../../report/history.ts';
import { createEstimator } from '../../build/estimate.ts';
import { stepStatus } from '../documents.ts';
import type { Reason } from '../../core/events.ts';
import type { Action } from '../action.ts';
import { print, printJson } from '../output.ts';
import { judgeStep } from '../result.ts';
import { openWorkshop } from '../workshop.ts';

export const whyCommand: Action = async ([name], options) => {
  const workshop = await openWorkshop(options);
  const { loaded, last, project } = workshop;
  const step = selectOne(loaded.graph, name!);
  const status = stepStatus(
    step,
    (await judgeStep(workshop, step)).verdict,
    last,
    createEstimator(loaded.graph.steps, last),
  );
  const document = {
    ...status,
    lastReasons: lastReasons(project.state, step.name, last.of(step.name)?.built?.facts.run),
  };
  if (options.json) printJson(document);
  else print(whyText(document, { color: options.color }));
  workshop.flush();
  return 0;
};

/** Why the step was built the last time, from that run's events. */
function lastReasons(state: string, step: string, run: string | undefined): readonly Reason[] | null {
  if (run === undefined) return null;
  const started = readRun(state, run).find((event) => event.event === 'step-started' && event.step === step);
  return started?.event === 'step-started' ? started.reasons : null;
}
