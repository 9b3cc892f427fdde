/**
 * The helper files of commands, which are their code. What they were when a command ran is noted beside the code of stages, under the
 * command's code digest, so that it can be told later which one changed.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeWhole } from './whole-file.ts';

/** Digests by path. */
export type Helpers = Readonly<Record<string, string>>;

export function noteHelpers(folder: string, code: string, helpers: Helpers): void {
  const path = join(folder, `${code}.json`);
  if (existsSync(path)) return;
  try {
    writeWhole(path, JSON.stringify({ helpers }));
  } catch {
    // Only why knows less.
  }
}

export function notedHelpers(folder: string, code: string): Helpers | undefined {
  try {
    return (JSON.parse(readFileSync(join(folder, `${code}.json`), 'utf8')) as { helpers?: Helpers }).helpers;
  } catch {
    return undefined;
  }
}

/** Path of the first that is another one, new or gone. */
export const changedHelper = (before: Helpers, after: Helpers): string | undefined =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .sort()
    .find((path) => before[path] !== after[path]);
