/** Flags common to all commands, checked once. */
import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import { PipelineError } from '../core/failure.ts';
import type { FailurePolicy } from '../build/schedule.ts';
import { executorNotYet } from './not-yet.ts';

export interface CommonOptions {
  readonly directory: string;
  readonly pipeline: string | undefined;
  readonly profile: string | undefined;
  readonly json: boolean;
  /** On standard output; progress and messages have `errorColor`. */
  readonly color: boolean;
  readonly errorColor: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
}

export function addCommonOptions(command: Command): Command {
  return command
    .optionsGroup('Common options:')
    .option('-C, --directory <dir>', 'folder of package.json and pipeline.ts (default: nearest upwards)')
    .option('--pipeline <file>', 'pipeline file (default: pipeline.ts)')
    .option('-p, --profile <name>', 'scale of the study (also AR_PIPE_PROFILE)')
    .option('--json', 'only JSON on stdout')
    .option('--no-color', 'no colours (also NO_COLOR)')
    .option('-q, --quiet', 'only results and failures')
    .option('-v, --verbose', 'more of what happens');
}

export function commonOptions(
  given: Readonly<Record<string, unknown>>,
  env: NodeJS.ProcessEnv = process.env,
  streams: { readonly stdout: { isTTY?: boolean }; readonly stderr: { isTTY?: boolean } } = process,
): CommonOptions {
  const forced = env['FORCE_COLOR'] !== undefined && !['', '0', 'false'].includes(env['FORCE_COLOR']);
  const colored = ({ isTTY = false }: { isTTY?: boolean }): boolean =>
    given['color'] !== false && !env['NO_COLOR'] && (forced || (isTTY && env['TERM'] !== 'dumb'));
  const text = (name: string): string | undefined =>
    typeof given[name] === 'string' ? given[name] : undefined;
  return {
    directory: text('directory') ?? '.',
    pipeline: text('pipeline'),
    profile: text('profile') ?? (env['AR_PIPE_PROFILE'] === '' ? undefined : env['AR_PIPE_PROFILE']),
    json: given['json'] === true,
    color: colored(streams.stdout),
    errorColor: colored(streams.stderr),
    quiet: given['quiet'] === true,
    verbose: given['verbose'] === true,
  };
}

/** `--jobs`, AR_PIPE_JOBS, or the number of cores. */
export function jobsOption(given: unknown, env: NodeJS.ProcessEnv = process.env): number {
  const text = typeof given === 'string' ? given : env['AR_PIPE_JOBS'];
  if (text === undefined || text === '') return availableParallelism();
  const jobs = Number(text);
  if (Number.isInteger(jobs) && jobs >= 1) return jobs;
  throw new PipelineError({ reason: 'usage', message: `--jobs ${text}: give a whole number from 1` });
}

export function policyOption(onFailure: unknown, keepGoing: unknown): FailurePolicy {
  if (keepGoing === true) return 'continue';
  return choiceOption('--on-failure', onFailure ?? 'stop', ['stop', 'continue', 'kill']);
}

export function checkExecutor(given: unknown): void {
  if (given === 'slurm') throw executorNotYet();
  choiceOption('--executor', given ?? 'local', ['local']);
}

export function choiceOption<const C extends readonly string[]>(
  flag: string,
  given: unknown,
  choices: C,
): C[number] {
  if (typeof given === 'string' && choices.includes(given)) return given;
  throw new PipelineError({
    reason: 'usage',
    message: `${flag} ${String(given)}: give ${choices.join(', ')}`,
  });
}
