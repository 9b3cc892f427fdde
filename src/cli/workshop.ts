/** Puts the parts together: the one place that chooses which store, hasher and backend the commands work with. */
import { join } from 'node:path';
import { openLastResults } from '../build/last.ts';
import { openPlaced } from '../build/placed.ts';
import type { FileDigests } from '../build/local-inputs.ts';
import type { Workshop } from '../build/prepare.ts';
import { PipelineError } from '../core/failure.ts';
import { createCoder, type OnSources } from '../key/code.ts';
import { createFileHasher } from '../key/files.ts';
import { statSignature } from '../key/stat.ts';
import { loadPipeline } from '../pipeline/load.ts';
import { findProject } from '../pipeline/project.ts';
import { createGpuLeases } from '../store/gpu-leases.ts';
import { openStore } from '../store/disk.ts';
import { exportOutput } from '../store/restore.ts';
import type { Damage } from '../store/damage.ts';
import { backendEnv, BackendUnavailable, chooseBackend, type BackendChoice } from '../tf/record.ts';
import type { CommonOptions } from './options.ts';

export interface Opened extends Workshop {
  readonly backend: BackendChoice;
  /** Writes what was learnt about files, for the next command. */
  readonly flush: () => void;
}

export async function openWorkshop(
  options: Pick<CommonOptions, 'directory' | 'pipeline' | 'profile'>,
  more: {
    readonly set?: readonly string[];
    readonly durable?: boolean;
    readonly onDamage?: (damage: Damage) => void;
    readonly onSources?: OnSources;
  } = {},
): Promise<Opened> {
  const project = findProject(options.directory, options.pipeline);
  const coder = createCoder(project.folder, project.state, more.onSources);
  const loaded = await loadPipeline(project, coder, { profile: options.profile, set: more.set ?? [] });
  const store = openStore(project.store, {
    durable: more.durable ?? false,
    ...(more.onDamage ? { onDamage: more.onDamage } : {}),
  });
  const hasher = createFileHasher(join(project.state, 'stats'));
  const digests: FileDigests = {
    async digest(path) {
      const isFolder = statSignature(path)?.startsWith('dir:') ?? false;
      return isFolder
        ? { kind: 'dir', ...(await hasher.digestFolder(path)) }
        : { kind: 'file', ...(await hasher.digestFile(path)) };
    },
  };
  const backend = choose();
  const threads = Number(process.env['AR_PIPE_THREADS'] ?? 1);
  return {
    project,
    loaded,
    coder,
    store,
    gpuLeases: createGpuLeases(),
    last: openLastResults(project.state, loaded.profile),
    placed: openPlaced(project.state),
    digests,
    backend,
    numerical: {
      identity: backendEnv(backend, threads),
      gpus: backend.flavour === 'cuda' ? 1 : 0,
      variables: {
        AR_PIPE_BACKEND: backend.name,
        AR_PIPE_THREADS: String(threads),
        ...passOn(['XDG_CACHE_HOME', 'CUDA_VISIBLE_DEVICES']),
      },
    },
    outerEnv: process.env,
    exportOutput,
    flush: () => {
      hasher.flush();
    },
  };
}

function passOn(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}

function choose(): BackendChoice {
  try {
    return chooseBackend();
  } catch (error) {
    if (error instanceof BackendUnavailable)
      throw new PipelineError({ reason: 'usage', message: error.message, hint: error.hint });
    throw error;
  }
}
