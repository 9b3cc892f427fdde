import { join } from 'node:path';
import { makePlan } from '../../build/plan.ts';
import { prepare } from '../../build/prepare.ts';
import { closure } from '../../pipeline/graph.ts';
import { sizeOfStore } from '../../store/size.ts';
import { statusDocument } from '../documents.ts';
import type { Action } from '../action.ts';
import { print, printJson, terminalWidth } from '../output.ts';
import { shownSelection } from '../selection.ts';
import { openWorkshop } from '../workshop.ts';

export const statusCommand: Action = async (selectors, options, given) => {
  const workshop = await openWorkshop(options);
  const { loaded, last } = workshop;
  const steps = closure(shownSelection(loaded, selectors).steps);
  const plan = makePlan(steps, await prepare(workshop, steps));
  const document = {
    ...statusDocument(loaded.name, loaded.profile, steps, plan, last),
    store: sizeOfStore(workshop.project.store, join(workshop.project.state, 'sizes')),
  };
  if (options.json) printJson(document);
  else {
    // Measuring text takes a library that is slow to start.
    const { statusText } = await import('../../report/status-text.ts');
    print(statusText(document, { color: options.color, width: terminalWidth(), verbose: options.verbose }));
  }
  workshop.flush();
  return given['check'] === true && document.counts.fresh < steps.length ? 1 : 0;
};
