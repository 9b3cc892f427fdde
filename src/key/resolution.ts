/**
 * The files beside the sources that decide what imports lead to and how TypeScript is translated: package.json and tsconfig.json of
 * every folder above a source, and what installers write when they change node_modules. A lockfile alone tells too little: it may
 * change long before the install does, and in a workspace it lies above the project.
 */
import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { packageAbove } from './packages.ts';

const inEveryFolder = [
  'tsconfig.json',
  'package.json',
  // Its time tells of a package that came or went, whatever the installer.
  'node_modules',
  'node_modules/.package-lock.json',
  'node_modules/.modules.yaml',
  'node_modules/.yarn-integrity',
  'node_modules/.yarn-state.yml',
  'package-lock.json',
  'pnpm-lock.yaml',
  'yarn.lock',
  'bun.lock',
];

/** Absolute paths, there or not, for sources in these folders. */
export function decisiveFiles(folders: Iterable<string>): string[] {
  const above = new Set<string>();
  for (let folder of folders) {
    while (!above.has(folder)) {
      above.add(folder);
      folder = dirname(folder);
    }
  }
  const files = new Set([...above].flatMap((folder) => inEveryFolder.map((name) => join(folder, name))));
  // What is added while this goes on is visited as well.
  for (const file of files)
    if (/\.json$/.test(file) && !isManifest.test(file)) for (const base of basesOf(file)) files.add(base);
  return [...files];
}

const isManifest = /\/(\.?package-lock|package)\.json$/;

/**
 * Whether to watch it for changes: not packages, whose installers tell of themselves in the project, nor what lies above the project,
 * where folders are large and others work.
 */
export const isWorthWatching = (project: string, path: string): boolean =>
  !ofPackages.test(path) &&
  (path.startsWith(`${project}/`) || !inEveryFolder.some((name) => path.endsWith(`/${name}`)));

const ofPackages = /\/node_modules(\/.*\/package\.json)?$/;

/** What a tsconfig.json stands on: all that its `extends` may name. */
function basesOf(config: string): string[] {
  const [, named = ''] = /"extends"\s*:\s*(\[[^\]]*\]|"[^"]*")/.exec(textOf(config)) ?? [];
  return [...named.matchAll(/"([^"]+)"/g)].flatMap(([, name]) => {
    if (!/^\.{0,2}\//.test(name!)) {
      const found = packageAbove(name!, dirname(config));
      return found === undefined ? [] : [join(found, 'package.json')];
    }
    const path = isAbsolute(name!) ? name! : join(dirname(config), name!);
    return path.endsWith('.json') ? [path] : [path, `${path}.json`];
  });
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
