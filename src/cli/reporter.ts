/** Which of the reporters tells a run: JSON lines, a live view, or plain lines. */
import { join } from 'node:path';
import type { Report } from '../core/events.ts';
import { jsonReporter, jsonSummaryReporter } from '../report/json.ts';
import { logTail } from '../report/log-tail.ts';
import { plainReporter } from '../report/plain.ts';
import { linkable } from './links.ts';
import { choiceOption, type CommonOptions } from './options.ts';
import { say } from './output.ts';

export interface Reporter {
  readonly report: Report;
  /** A line for people that no live view paints over. */
  readonly say: (line: string) => void;
  /** Gives the terminal back; also after an exception. */
  stop(): void;
}

export async function chooseReporter(
  options: CommonOptions,
  given: Readonly<Record<string, unknown>>,
  projectFolder: string,
): Promise<Reporter> {
  const progress = choiceOption('--progress', given['progress'] ?? 'auto', [
    'auto',
    'fancy',
    'plain',
    'none',
  ]);
  const stop = (): void => undefined;
  if (options.json) {
    const write = (line: string): void => {
      process.stdout.write(line);
    };
    const reporter = given['jsonSummary'] === true ? jsonSummaryReporter : jsonReporter;
    return { report: reporter(write, say), say, stop };
  }
  const { errorColor: color, verbose } = options;
  const folder = linkable(projectFolder, process.stderr, color);
  const tail = (log: string): string[] => logTail(join(projectFolder, log));
  const quiet = options.quiet || progress === 'none';
  const { CI, TERM } = process.env;
  const isWatched = process.stderr.isTTY && !CI && TERM !== 'dumb';
  if (!quiet && (progress === 'fancy' || (progress === 'auto' && isWatched))) {
    const { ttyReporter } = await import('../report/tty.ts');
    return ttyReporter({ stream: process.stderr, color, folder, verbose, tail });
  }
  const write = (text: string): void => {
    process.stderr.write(text);
  };
  return { report: plainReporter({ write, color, folder, verbose, quiet, tail }), say, stop };
}
