import { findProject } from '../../pipeline/project.ts';
import { historyText } from '../../report/history-text.ts';
import { toldRuns } from '../../report/outcome.ts';
import { readRunView } from '../../ui/server/follow.ts';
import { PipelineError } from '../../core/failure.ts';
import type { Action } from '../action.ts';
import { print, printJson, terminalWidth } from '../output.ts';

export const historyCommand: Action = async (_args, options, given) => {
  const limit = Number(given['limit'] ?? 20);
  if (!Number.isInteger(limit) || limit < 1)
    throw new PipelineError({
      reason: 'usage',
      message: `--limit ${String(given['limit'])}: give a whole number from 1`,
    });
  const { state } = findProject(options.directory, options.pipeline);
  const runs = toldRuns(state, limit, (run) => readRunView(state, run).alive);
  if (options.json) printJson({ runs });
  else print(historyText(runs, { color: options.color, width: terminalWidth() }));
  return 0;
};
