/** Where a step that runs by itself works. */
import { accessSync, constants } from 'node:fs';
import { join, relative } from 'node:path';
import { errnoText } from '../core/errno.ts';
import { PipelineError, toFailure } from '../core/failure.ts';
import type { Project } from '../pipeline/project.ts';
import { makeFolder } from './make-folder.ts';

/** Flat, since one step's name may be the start of another's; names have no plus sign. Throws PipelineError where nothing can be written. */
export function execFolder(project: Project, step: string): string {
  const all = join(project.state, 'exec');
  const hint = 'make it a folder you may write to: the step runs below it';
  makeFolder(all, hint);
  try {
    accessSync(all, constants.W_OK);
  } catch (error) {
    throw new PipelineError({
      reason: toFailure(error, 'usage').reason,
      message: `${relative(project.folder, all)} cannot be written: ${errnoText(error) ?? 'no permission'}`,
      hint,
    });
  }
  return join(all, step.replaceAll('/', '+'));
}
