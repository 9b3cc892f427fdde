/** What of the surroundings a step may see, and what of it enters its key. */
import { homedir, tmpdir } from 'node:os';
import { PipelineError } from '../core/failure.ts';
import type { Step } from '../pipeline/step.ts';

/** What numerical stages compute with, fixed once for a run. */
export interface NumericalEnvironment {
  /** Enters the key: backend, version, threads, arch, digest of the native libraries ... */
  readonly identity: Readonly<Record<string, string>>;
  /** GPUs a numerical step takes that does not say how many: 1 where the backend computes on one, else 0. */
  readonly gpus: number;
  /** Set for the worker, so that it loads just that. */
  readonly variables: Readonly<Record<string, string>>;
}

export interface Environments {
  /** The recipe's `env`. */
  identity(step: Step): Readonly<Record<string, string>>;
  /** The whole environment of the step's process. */
  variables(step: Step, gpus: readonly number[]): Readonly<Record<string, string>>;
}

/** Runs each declared tool command once (`python3 -V`); its output enters the key. */
export async function createEnvironments(
  steps: readonly Step[],
  numerical: NumericalEnvironment,
  outer: NodeJS.ProcessEnv,
): Promise<Environments> {
  const base: Record<string, string> = {
    PATH: outer['PATH'] ?? '/usr/bin:/bin',
    HOME: outer['HOME'] ?? homedir(),
    TMPDIR: tmpdir(),
    TZ: 'UTC',
    LC_ALL: 'C.UTF-8',
    // Where files that are known by their digest may lie already.
    ...(outer['AR_PIPE_DATA'] ? { AR_PIPE_DATA: outer['AR_PIPE_DATA'] } : {}),
  };
  const tools = await versions(new Set(steps.flatMap(({ stage }) => stage.tools ?? [])), base);
  return {
    identity(step) {
      const { stage, options } = step;
      const entries: [string, string][] = [
        ...(stage.env ?? []).map((name): [string, string] => [name, outer[name] ?? '']),
        ...Object.entries(options.env ?? {}),
        ...(stage.tools ?? []).map((tool): [string, string] => [`tool: ${tool}`, tools.get(tool)!]),
        ...(isNumerical(step) ? Object.entries(numerical.identity) : []),
      ];
      return Object.fromEntries(entries);
    },
    variables(step, gpus) {
      const { stage, options } = step;
      const names = [...(stage.env ?? []), ...(options.secrets ?? [])];
      const passed = names.filter((name) => outer[name]).map((name) => [name, outer[name]!] as const);
      const given = Object.entries({ ...base, ...Object.fromEntries(passed), ...options.env });
      return {
        // An empty variable counts as none, as it does in the key: a step must not tell apart what has one key.
        ...Object.fromEntries(given.filter(([, value]) => value !== '')),
        ...(isNumerical(step) ? numerical.variables : {}),
        ...(gpus.length > 0 ? { CUDA_VISIBLE_DEVICES: gpus.join(',') } : {}),
      };
    },
  };
}

export const isNumerical = (step: Step): boolean =>
  'numerical' in step.stage && (step.stage.numerical ?? false);

async function versions(
  commands: ReadonlySet<string>,
  env: Record<string, string>,
): Promise<Map<string, string>> {
  if (commands.size === 0) return new Map();
  const { execa } = await import('execa');
  const found = await Promise.all(
    [...commands].map(async (command) => {
      const result = await execa(command, {
        shell: true,
        all: true,
        reject: false,
        env,
        extendEnv: false,
        timeout: 30_000,
      });
      if (result.exitCode !== 0) {
        throw new PipelineError({
          reason: 'usage',
          message: `the tool '${command}' cannot be run: ${result.all.trim() || result.shortMessage || 'no output'}`,
          hint: 'install it, or remove it from the tools of the stage',
        });
      }
      return [command, result.all.trim()] as const;
    }),
  );
  return new Map(found);
}
