/** Which of the reporters tells a run: JSON lines, a live view, or plain lines. */
import type { Report } from '../core/events.ts';
import type { RunResult } from '../build/run.ts';
import type { Project } from '../pipeline/project.ts';
import { jsonReporter, jsonSummaryReporter } from '../report/json.ts';
import { plainReporter } from '../report/plain.ts';
import { ttyReporter } from '../report/tty.ts';
import { choiceOption, type CommonOptions } from './options.ts';
import { say } from './output.ts';

export interface Reporter {
  readonly report: Report;
  /** After the last event. */
  end(result: RunResult, project: Project): void;
  /** Gives the terminal back; also after an exception. */
  close(): void;
}

export function chooseReporter(options: CommonOptions, given: Readonly<Record<string, unknown>>): Reporter {
  const nothing = { end: () => undefined, close: () => undefined };
  if (options.json) {
    const write = (line: string): void => {
      process.stdout.write(line);
    };
    return {
      report: given['jsonSummary'] === true ? jsonSummaryReporter(write, say) : jsonReporter(write, say),
      ...nothing,
    };
  }
  const progress = choiceOption('--progress', given['progress'] ?? 'auto', [
    'auto',
    'fancy',
    'plain',
    'none',
  ]);
  const fancy = progress === 'fancy' || (progress === 'auto' && process.stderr.isTTY && !process.env['CI']);
  const color = options.color;
  if (fancy && !options.quiet) {
    const tty = ttyReporter({ stream: process.stderr, color });
    return { report: tty.report, end: () => undefined, close: () => tty.stop() };
  }
  const quiet = options.quiet || progress === 'none';
  return {
    report: plainReporter({
      write: (text) => process.stderr.write(text),
      color,
      verbose: options.verbose,
      quiet,
    }),
    ...nothing,
  };
}
