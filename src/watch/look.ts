/** What watched files look like, by their stat, and which of them differ between two looks. */
import { readdirSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expand } from '../build/local-inputs.ts';
import { statSignature } from '../key/stat.ts';

/** The files a run depends on. */
export interface Sources {
  /** Absolute; also of files that are not there, and of folders in which one is missing. */
  readonly paths: ReadonlySet<string>;
  /** Local inputs as declared: a file, a folder or a glob, relative to the project. */
  readonly patterns: ReadonlySet<string>;
}

export const noSources: Sources = { paths: new Set(), patterns: new Set() };

export const bothSources = (a: Sources, b: Sources): Sources => ({
  paths: new Set([...a.paths, ...b.paths]),
  patterns: new Set([...a.patterns, ...b.patterns]),
});

/** For each path and pattern the files it stands for, absolute, with their signatures; null where there is none. */
export type Look = ReadonlyMap<string, ReadonlyMap<string, string | null>>;

/** A file so young may get its next version within the same tick of the file system's clock: it equals nothing. */
const youngMs = 20;
const unlike = (): string => `young ${performance.now()}`;

export async function lookAt(project: string, { paths, patterns }: Sources): Promise<Look> {
  const look = new Map<string, Map<string, string | null>>();
  for (const path of paths) look.set(path, new Map([[path, signature(path)]]));
  for (const pattern of patterns) {
    // A folder that cannot be read fails the run, which says so; here it is empty until it can be.
    const found = await expand(project, pattern).catch(() => []);
    const files = found.flatMap((path) => filesAt(join(project, path)));
    look.set(pattern, new Map(files.map((path) => [path, signature(path)])));
  }
  return look;
}

function signature(path: string): string | null {
  const found = statSignature(path);
  if (found === undefined) return null;
  return changedSince(path, Date.now() - youngMs) ? unlike() : found;
}

/** Whether a file was written, or put where it is, at or after this time (milliseconds since 1970). */
export function changedSince(path: string, time: number): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat !== undefined && stat.ctimeMs >= time;
}

/** The file itself, or all files below a folder; links are followed, but not in a circle. */
function filesAt(path: string, parents: readonly string[] = []): string[] {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [path];
  const real = realpathSync(path);
  if (parents.includes(real)) return [];
  return readdirSync(path).flatMap((name) => filesAt(join(path, name), [...parents, real]));
}

/**
 * Files that differ, absolute. Of what the first look did not look at yet, `isNew` says whether it changed since.
 * Pure.
 */
export function differences(before: Look, after: Look, isNew: (path: string) => boolean): string[] {
  const changed = new Set<string>();
  for (const [source, files] of after) {
    const known = before.get(source);
    for (const [path, signed] of files)
      if (known ? (known.get(path) ?? null) !== signed : isNew(path)) changed.add(path);
    for (const path of known?.keys() ?? []) if (!files.has(path)) changed.add(path);
  }
  return [...changed];
}
