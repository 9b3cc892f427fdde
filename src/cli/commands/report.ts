import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { errnoText } from '../../core/errno.ts';
import { toFailure, PipelineError } from '../../core/failure.ts';
import { findProject } from '../../pipeline/project.ts';
import { runIds } from '../../report/history.ts';
import { bytes, plural } from '../../report/measures.ts';
import { reportHtml } from '../../ui/report/report.ts';
import { readRunView } from '../../ui/server/follow.ts';
import { lookAt } from '../look.ts';
import { makeFolder } from '../make-folder.ts';
import type { Action } from '../action.ts';
import { print, printJson, say } from '../output.ts';
import { version } from '../version.ts';

export const reportCommand: Action = async (_args, options, given) => {
  const file = typeof given['output'] === 'string' ? given['output'] : 'report.html';
  makeFolder(dirname(resolve(file)));
  const look = await lookAt(options);
  const { state } = findProject(options.directory, options.pipeline);
  const newest = runIds(state)[0];
  const run = newest === undefined ? null : readRunView(state, newest);
  const css = readFileSync(new URL(/* built beside this file */ './ui/report.css', import.meta.url), 'utf8');
  const text = await reportHtml(look, { css, version, run });
  write(resolve(file), text);
  const open = look.study.steps.filter(({ state: each }) => each !== 'fresh').length;
  const size = Buffer.byteLength(text);
  if (options.json) printJson({ file, bytes: size, complete: open === 0, notFresh: open });
  else print(`${file}  ${bytes(size)}`);
  if (open > 0 && !options.quiet)
    say(`not up to date: ${open} of ${plural(look.study.steps.length, 'step')}; the report says which`);
  return 0;
};

/** Beside its place first: who reads it meanwhile sees the old report or the whole new one. */
function write(path: string, text: string): void {
  try {
    const temporary = `${path}.${process.pid}.tmp`;
    try {
      writeFileSync(temporary, text);
      renameSync(temporary, path);
    } finally {
      rmSync(temporary, { force: true });
    }
  } catch (error) {
    const failure = toFailure(error, 'usage');
    throw new PipelineError({
      ...failure,
      message: `the report cannot be written to ${path}: ${errnoText(error) ?? failure.message}`,
      hint: 'name another file with -o FILE',
      stack: undefined,
    });
  }
}
