/** What the contract of the command line names and this version does not have: said so, with what does the same today. Pure. */
import { PipelineError, type Failure } from '../core/failure.ts';

const commands: Readonly<Record<string, string>> = {
  cancel:
    'runs use this machine only, and leave nothing behind: Ctrl-C, or a signal to its process, ends a run',
};

/** Undefined for a name that no version will have. */
export function commandNotYet(name: string): Failure | undefined {
  if (!Object.hasOwn(commands, name)) return undefined;
  return { reason: 'usage', message: `the command '${name}' is not there yet`, hint: commands[name]! };
}

export const executorNotYet = (): PipelineError =>
  new PipelineError({
    reason: 'usage',
    message: '--executor slurm is not there yet: steps run on this machine',
    hint: 'in a job of the cluster: ar-pipe run --jobs "$SLURM_CPUS_ON_NODE"',
  });
