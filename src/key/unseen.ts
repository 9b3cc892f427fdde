/** What a stage may not use, since no key could cover it; looked for in its bundle. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { codeFrame } from '../core/code-frame.ts';
import type { Failure } from '../core/failure.ts';
import { originOf, placeText, type Place } from '../core/stack.ts';
import type { BundleText } from './bundle.ts';

/**
 * What a bundle cannot see of the world it will run in, so what a key could not cover. Each becomes an identifier that
 * nothing else uses, found again after bundling, when unused code is gone.
 */
export const unseen = {
  'import.meta.url': '__ar_pipe_refuses_import_meta_url__',
  'import.meta.dirname': '__ar_pipe_refuses_import_meta_dirname__',
  'import.meta.filename': '__ar_pipe_refuses_import_meta_filename__',
  'import.meta.resolve': '__ar_pipe_refuses_import_meta_resolve__',
} as const;

const refused: readonly { pattern: RegExp; what: string }[] = [
  ...Object.entries(unseen).map(([what, name]) => ({ pattern: new RegExp(name), what })),
  { pattern: /\bcreateRequire\b/, what: 'createRequire' },
  { pattern: /(?<![\w$.])import\((?!["'`])/, what: 'import() of a computed name' },
];

/** `tfFolder`: where 'ar-pipe/tf' lies, which may use what it finds there. */
export function unseenFailure(
  project: string,
  bundle: BundleText,
  file: string,
  tfFolder: string | undefined,
): Failure | undefined {
  for (const { pattern, what } of refused) {
    for (const match of bundle.code.matchAll(new RegExp(pattern, 'g'))) {
      const before = bundle.code.slice(0, match.index).split('\n');
      const place = originOf(bundle.map, (source) => source)(before.length, before.at(-1)!.length + 1);
      if (place && insideFolder(resolve(project, place.file), tfFolder)) continue;
      return {
        reason: 'pipeline-not-loaded',
        message: `${file} uses ${what}: what it would find there is not part of the step's key`,
        at: place && placeText(place),
        frame: place && frameOf(project, place),
        hint: `declare the file as an input instead: needs: { data: file('path') }`,
      };
    }
  }
  return undefined;
}

/** Undefined where the source is not there: what is installed may come with a map, but without the source. */
export function frameOf(project: string, { file, line, column }: Place): string | undefined {
  const path = resolve(project, file);
  return existsSync(path) ? codeFrame(readFileSync(path, 'utf8'), line, column) : undefined;
}

export const insideFolder = (path: string, folder: string | undefined): boolean =>
  folder !== undefined && path.startsWith(folder);
