import { freeze, thaw } from '../../build/freeze.ts';
import { freezeText } from '../../report/control-text.ts';
import type { Action } from '../action.ts';
import { print, printJson } from '../output.ts';
import { planSelection } from '../planned.ts';

export const freezeCommand: Action = async (selectors, options, given) => {
  const { workshop, selected, plan } = await planSelection(options, selectors);
  const thawing = given['off'] === true;
  const steps = thawing ? thaw(selected, workshop.last) : freeze(selected, plan, workshop);
  if (options.json) printJson({ steps });
  else print(freezeText(steps, thawing));
  workshop.flush();
  return 0;
};
