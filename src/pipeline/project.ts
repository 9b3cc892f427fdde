/** Where a project lies: the folder of its pipeline.ts, and the folder its state is kept in. */
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join, normalize, resolve } from 'node:path';
import { PipelineError } from '../core/failure.ts';

export interface Project {
  /** Absolute folder; paths in messages are relative to it. */
  readonly folder: string;
  /** Relative to the folder. */
  readonly pipelineFile: string;
  /** Per-checkout state: code, last results, runs, logs. */
  readonly state: string;
  /** The store: in `state` unless AR_PIPE_CACHE says otherwise. */
  readonly store: string;
  readonly artifacts: string;
}

/** Errors: `usage` where no pipeline file can be found. */
export function findProject(
  directory: string,
  pipelineFile = 'pipeline.ts',
  cache = process.env['AR_PIPE_CACHE'],
): Project {
  const start = resolve(directory);
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, pipelineFile)))
      return projectIn(realpathSync(folder), normalize(pipelineFile), cache);
    if (dirname(folder) === folder) {
      throw new PipelineError({
        reason: 'usage',
        message: `no ${pipelineFile} in ${start} or above`,
        hint: 'go to your project, or name it with -C DIR',
      });
    }
  }
}

/** The folder is the real one, as bundling names files by where they really lie. */
function projectIn(folder: string, pipelineFile: string, cache: string | undefined): Project {
  const state = join(folder, 'cache');
  return {
    folder,
    pipelineFile,
    state,
    store: cache ? resolve(folder, cache) : state,
    artifacts: join(folder, 'artifacts'),
  };
}
