/** Files beside the sources that decide to what imports lead and how sources are compiled: configurations and what package managers write. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** The lockfiles, and what is written anew whenever packages are installed. */
const installed = [
  'node_modules/.package-lock.json',
  'node_modules/.modules.yaml',
  'node_modules/.yarn-state.yml',
  'node_modules/.yarn-integrity',
  'package-lock.json',
  'pnpm-lock.yaml',
  'yarn.lock',
  'bun.lock',
];

/** Absolute, there or not, for a bundle of these files. */
export function decisiveFiles(project: string, inputs: readonly string[]): string[] {
  const folders = new Set([project, ...inputs.map((input) => dirname(input))]);
  const found = new Set([...nearest(project, installed)]);
  for (const folder of folders) {
    for (const path of nearest(folder, ['package.json'])) found.add(path);
    for (const path of nearest(folder, ['tsconfig.json'])) for (const one of withBases(path)) found.add(one);
  }
  return [...found];
}

/** These names in the folder and those above it, up to the first that has one: in a workspace of packages that is often its root. */
function nearest(from: string, names: readonly string[]): string[] {
  const paths: string[] = [];
  for (let folder = from; ; folder = dirname(folder)) {
    const here = names.map((name) => join(folder, name));
    paths.push(...here);
    if (here.some((path) => existsSync(path)) || dirname(folder) === folder) return paths;
  }
}

/** A tsconfig and those it extends. */
function withBases(path: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(path)) return seen;
  seen.add(path);
  for (const base of basesIn(path)) withBases(base, seen);
  return seen;
}

/** By its text, since comments and trailing commas are allowed there; a base that is only named in a comment costs nothing. */
function basesIn(path: string): string[] {
  if (!existsSync(path)) return [];
  const named = /"extends"\s*:\s*("[^"]*"|\[[^\]]*\])/.exec(readFileSync(path, 'utf8'))?.[1] ?? '';
  return [...named.matchAll(/"([^"]+)"/g)].flatMap(([, base]) => candidates(dirname(path), base!));
}

function candidates(folder: string, base: string): string[] {
  const from = /^[./]/.test(base) ? [resolve(folder, base)] : nearest(folder, [join('node_modules', base)]);
  return from.flatMap((path) =>
    path.endsWith('.json') ? [path] : [`${path}.json`, join(path, 'tsconfig.json')],
  );
}
