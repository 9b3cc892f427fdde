import { describeSetup, setup } from '../../tf/install/setup.ts';
import type { Action } from '../action.ts';
import { print, printJson, say } from '../output.ts';

export const setupCommand: Action = async (_args, options) => {
  const result = await setup({ log: options.quiet ? () => undefined : say });
  if (options.json) printJson(result);
  else print(describeSetup(result));
  return 0;
};
