/** Installs the native numerical library for this user: used by `ar-pipe setup` and after `npm install`. */
import { findInstall, nativeRoot, type Install, type InstallRecord } from '../native/installed.ts';
import { gpuModel } from '../native/machine.ts';
import type { Flavour } from '../native/recipe.ts';
import { InstallProblem, type Log } from './problem.ts';
import { installFromUpstream } from './upstream.ts';
import { installFromWheel } from './wheel.ts';

export type SetupResult =
  | {
      readonly kind: 'present' | 'installed';
      readonly record: InstallRecord;
      readonly folder: string;
      readonly ms: number;
    }
  | { readonly kind: 'skipped'; readonly reason: string }
  | {
      readonly kind: 'unavailable';
      readonly problems: readonly { readonly message: string; readonly remedy: string }[];
    };

export interface SetupOptions {
  /** Receives one line at a time, for people. */
  readonly log: Log;
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Makes the best native library available that this machine can have, trying one way after the other. Never throws for
 * what a machine may lack: without it everything still works, with WebAssembly. Costs nothing where it is there already.
 */
export async function setup({ log, env = process.env }: SetupOptions): Promise<SetupResult> {
  if (env['AR_PIPE_NATIVE'] === '0') return { kind: 'skipped', reason: 'AR_PIPE_NATIVE=0' };
  const started = performance.now();
  const there = bestInstall(env);
  if (there) return done('present', there, started);

  const problems: InstallProblem[] = [];
  for (const way of waysToInstall(env, log)) {
    try {
      return done('installed', await way(), started);
    } catch (error) {
      if (!(error instanceof InstallProblem)) throw error;
      log(error.message);
      problems.push(error);
    }
  }
  // A second-best library may be there although a better one could not be had.
  const second = findInstall(env);
  if (second) return done('present', second, started);
  return { kind: 'unavailable', problems: problems.map(({ message, remedy }) => ({ message, remedy })) };
}

/** What is there already and cannot be bettered on this machine: the CUDA library where there is a card, else any wheel's. */
function bestInstall(env: NodeJS.ProcessEnv): Install | undefined {
  const install = findInstall(env);
  if (install?.record.obtained !== 'wheel') return undefined;
  return gpuModel(env) && install.record.flavour === 'cpu' ? undefined : install;
}

function waysToInstall(env: NodeJS.ProcessEnv, log: Log): readonly (() => Promise<Install>)[] {
  const root = nativeRoot(env);
  const wanted: readonly Flavour[] = gpuModel(env) ? ['cuda', 'cpu'] : ['cpu'];
  const there = findInstall(env);
  const wheels = wanted
    .filter((flavour) => !(there?.record.obtained === 'wheel' && there.record.flavour === flavour))
    .map((flavour) => () => installFromWheel(root, flavour, env, log));
  return there ? wheels : [...wheels, () => installFromUpstream(root, wanted[0] ?? 'cpu', log)];
}

function done(kind: 'present' | 'installed', { record, folder }: Install, started: number): SetupResult {
  return { kind, record, folder, ms: performance.now() - started };
}

/** What happened, in a few lines for people. */
export function describeSetup(result: SetupResult): string {
  switch (result.kind) {
    case 'present':
      return `TensorFlow ${result.record.version} (native, ${result.record.flavour}) is installed: ${result.folder}`;
    case 'installed':
      return `installed TensorFlow ${result.record.version} (native, ${result.record.flavour}) in ${(result.ms / 1000).toFixed(0)} s: ${result.folder}`;
    case 'skipped':
      return `native library not installed (${result.reason}); computing with WebAssembly. \`ar-pipe setup\` installs it`;
    case 'unavailable':
      return [
        'the native library could not be installed; everything works with WebAssembly, 3 to 5 times slower. The reasons:',
        ...result.problems.map(({ message, remedy }) => `  - ${message}. To mend it: ${remedy}`),
        'then run `ar-pipe setup`',
      ].join('\n');
  }
}
