import { findProject } from '../../pipeline/project.ts';
import { watch } from '../../watch/watch.ts';
import type { Action } from '../action.ts';
import { checkExecutor, choiceOption, jobsOption, policyOption } from '../options.ts';
import { say } from '../output.ts';

/** Ends by a signal only: 130 or 143. What can be refused for good is refused before the first round. */
export const watchCommand: Action = async (selectors, options, given) => {
  const project = findProject(options.directory, options.pipeline);
  jobsOption(given['jobs']);
  policyOption(given['onFailure'], given['keepGoing']);
  checkExecutor(given['executor']);
  choiceOption('--env', given['env'] ?? 'any', ['any', 'exact']);
  choiceOption('--progress', given['progress'] ?? 'auto', ['auto', 'fancy', 'plain', 'none']);
  let status = 130;
  await watch({
    project,
    command: [
      process.execPath,
      ...process.execArgv,
      process.argv[1]!,
      'run',
      ...selectors,
      ...flagsOf(given),
    ],
    say: options.quiet ? () => undefined : say,
    onInterrupt(interrupted) {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
        process.on(signal, () => {
          status = signal === 'SIGINT' ? 130 : 143;
          interrupted();
        });
      }
    },
  });
  return status;
};

/** Options as the command line had them, in the words of the command line: `{ onFailure: 'stop' }` is `--on-failure stop`. */
export function flagsOf(given: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(given).flatMap(([name, value]) => {
    const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    if (value === true) return name === 'color' ? [] : [flag];
    if (value === false) return name === 'color' ? ['--no-color'] : [];
    const values = Array.isArray(value) ? (value as unknown[]) : [value];
    return values.flatMap((one) => (typeof one === 'string' ? [flag, one] : []));
  });
}
