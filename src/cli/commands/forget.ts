import { forget } from '../../build/forget.ts';
import { forgetText } from '../../report/control-text.ts';
import type { Action } from '../action.ts';
import { print, printJson } from '../output.ts';
import { planSelection } from '../planned.ts';

export const forgetCommand: Action = async (selectors, options) => {
  const { workshop, selected, plan } = await planSelection(options, selectors);
  const steps = forget(selected, plan, workshop);
  if (options.json) printJson({ steps });
  else print(forgetText(steps));
  workshop.flush();
  return 0;
};
