import { pull, type Pulled } from '../../build/shared.ts';
import { PipelineError } from '../../core/failure.ts';
import { RemoteError } from '../../remote/remote.ts';
import { createRemoteResults } from '../../remote/results.ts';
import { pullText } from '../../report/shared-text.ts';
import type { Action } from '../action.ts';
import { makeFolder } from '../make-folder.ts';
import { print, printJson } from '../output.ts';
import { planDefault } from '../planned.ts';
import { remoteSettings, requireRemote } from '../remote.ts';

export const pullCommand: Action = async (selectors, options) => {
  const { workshop, steps, plan, prepared } = await planDefault(options, selectors);
  const settings = remoteSettings(workshop, process.env);
  const remote = requireRemote(settings);
  const refused = new Map<string, string>();
  const onRefused = (key: string, why: string): void => {
    refused.set(key, why);
  };
  makeFolder(workshop.project.store);
  const results = createRemoteResults({ ...settings, remote, store: workshop.store, onRefused });
  let pulled: readonly Pulled[];
  try {
    pulled = await pull(steps, plan, prepared, results);
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error;
    throw new PipelineError({
      reason: 'usage',
      message: `the shared cache ${remote.name} cannot be read: ${error.message}`,
      hint: 'what was pulled before is kept; try again',
    });
  }
  const rows = pulled.map(({ step, key, outcome }) => ({
    step,
    key,
    outcome,
    ...(key !== null && refused.has(key) ? { refused: refused.get(key)! } : {}),
  }));
  if (options.json) printJson({ remote: remote.name, steps: rows });
  else print(pullText(remote.name, rows));
  workshop.flush();
  return 0;
};
