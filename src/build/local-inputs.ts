/** Local files and folders used as inputs: patterns expanded, content digested (through the stat cache). */
import * as fs from 'node:fs';
import { join } from 'node:path';
import { sourcesOf, isStep } from '../pipeline/graph.ts';
import { stageMark } from '../pipeline/stage.ts';
import type { FileInput, Step } from '../pipeline/step.ts';
import type { OutputRef } from '../store/store.ts';
import type { LocalFile } from './describe.ts';

/** Digest of a file or folder; the real one keeps a stat cache. */
export interface FileDigests {
  digest(path: string): Promise<OutputRef>;
}

export interface LocalInputs {
  of(input: FileInput): readonly LocalFile[];
  /** Looks at a file again; undefined where it is gone. */
  again(file: LocalFile): Promise<LocalFile | undefined>;
  /** What a step's patterns match now. */
  reread(step: Step): Promise<ReadonlyMap<string, readonly LocalFile[]>>;
}

export async function readLocalInputs(
  project: string,
  steps: readonly Step[],
  digests: FileDigests,
): Promise<LocalInputs> {
  const local = async (path: string): Promise<LocalFile> => ({
    path,
    ref: await digests.digest(join(project, path)),
  });
  const read = async (some: readonly Step[]): Promise<Map<string, LocalFile[]>> => {
    const found = new Map<string, LocalFile[]>();
    for (const pattern of patternsOf(some))
      found.set(pattern, await Promise.all((await expand(project, pattern)).map(local)));
    return found;
  };
  const found = await read(steps);
  return {
    of: ({ pattern }) => found.get(pattern) ?? [],
    again: (file) => local(file.path).catch(() => undefined),
    reread: (step) => read([step]),
  };
}

/** Everything these steps read from the project's own files, as declared. */
export function patternsOf(steps: readonly Step[]): Set<string> {
  const patterns = new Set<string>();
  for (const { stage, needs } of steps) {
    for (const { from } of Object.values(needs))
      for (const source of sourcesOf(from)) if (!isStep(source)) patterns.add(source.pattern);
    if (stage[stageMark] === 'command') for (const pattern of stage.files ?? []) patterns.add(pattern);
  }
  return patterns;
}

type Listed = (error: NodeJS.ErrnoException | null, entries: fs.Dirent[]) => void;

/** A path that exists is itself, also where its name holds glob characters; else a glob over files. Sorted by code unit. */
export async function expand(project: string, pattern: string): Promise<string[]> {
  const plain = pattern.replace(/\/+$/, '');
  if (fs.statSync(join(project, plain), { throwIfNoEntry: false })) return [plain];
  const { glob } = await import('tinyglobby');
  // It goes on beside folders that it cannot read; the files in there would be missing without a word.
  const refused: NodeJS.ErrnoException[] = [];
  const readdir: typeof fs.readdir = ((path: string, options: { withFileTypes: true }, done: Listed) => {
    fs.readdir(path, options, (error, entries) => {
      if (error && !['ENOENT', 'ENOTDIR', 'ELOOP'].includes(error.code ?? '')) refused.push(error);
      done(error, entries);
    });
  }) as never;
  const paths = await glob(pattern, { cwd: project, dot: false, onlyFiles: true, fs: { readdir } });
  if (refused[0]) throw refused[0];
  return paths.sort((a, b) => (a < b ? -1 : 1));
}
