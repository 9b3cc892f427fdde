/** Writes a new study into a folder. Never overwrites a file. */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { errnoText } from '../core/errno.ts';
import { PipelineError, toFailure } from '../core/failure.ts';
import { packageName, packagesOf, studyFiles, type Files } from './study.ts';
import { packageFolder, toolFor } from './tool.ts';

export interface Written {
  /** Name of the new package. */
  readonly name: string;
  /** Paths inside the folder. */
  readonly files: readonly string[];
  /** Files that were there already and stay as they are. */
  readonly kept: readonly string[];
  /** What the study needs of npm, as arguments of `npm install`. */
  readonly packages: readonly string[];
}

export interface Where {
  /** Absolute; made where it is not there. */
  readonly folder: string;
  /** Also into a folder that holds something. */
  readonly force: boolean;
  /** Version of this tool. */
  readonly version: string;
}

/** Throws PipelineError `usage` where the folder holds something and `force` is not given, or cannot be written. */
export function writeStudy({ folder, force, version }: Where): Written {
  try {
    mkdirSync(folder, { recursive: true });
    const there = readdirSync(folder).filter((name) => !harmless.has(name));
    if (there.length > 0 && !force) throw notEmpty(folder, there);
    const name = packageName(basename(folder));
    const template = readTemplate(join(packageFolder(), 'templates/study'));
    const files = studyFiles(template, { name, tool: toolFor(folder, version) });
    const kept = [...files.keys()].filter((path) => isThere(join(folder, path)));
    const written = [...files].filter(([path]) => !kept.includes(path));
    for (const [path, text] of written) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text, { flag: 'wx' });
    }
    return { name, files: written.map(([path]) => path), kept, packages: packagesOf(files) };
  } catch (error) {
    throw unwritable(folder, error);
  }
}

/** A folder that holds nothing but these counts as empty. */
const harmless = new Set(['.git', '.DS_Store']);

function readTemplate(folder: string): Files {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  return new Map(
    paths.map((path) => [relative(folder, path).split(sep).join('/'), readFileSync(path, 'utf8')]),
  );
}

const isThere = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined;

function notEmpty(folder: string, there: readonly string[]): PipelineError {
  const some = there.slice(0, 3).join(', ') + (there.length > 3 ? ', …' : '');
  return new PipelineError({
    reason: 'usage',
    message: `${folder} is not empty: it holds ${some}`,
    hint: 'name a new folder, or add --force: files that are there already are kept as they are',
  });
}

function unwritable(folder: string, error: unknown): unknown {
  const why = errnoText(error);
  if (why === undefined) return error;
  return new PipelineError({
    reason: toFailure(error, 'usage').reason,
    message: `a study cannot be written to ${folder}: ${why}`,
    hint: 'name another folder',
  });
}
