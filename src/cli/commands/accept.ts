import { accept } from '../../build/accept.ts';
import { acceptText } from '../../report/control-text.ts';
import type { Action } from '../action.ts';
import { print, printJson } from '../output.ts';
import { planSelection } from '../planned.ts';

export const acceptCommand: Action = async (selectors, options) => {
  const { workshop, selected, steps, prepared } = await planSelection(options, selectors);
  const accepted = accept(selected, steps, prepared, new Date());
  if (options.json) printJson({ steps: accepted });
  else print(acceptText(accepted));
  workshop.flush();
  return 0;
};
