/** Identity of an installed package: name and version of it and of everything it depends on. */
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

export interface Packages {
  /** Sorted `name@version`. */
  readonly names: readonly string[];
  /** Their package.json, absolute. */
  readonly manifests: readonly string[];
}

/** The packages in these folders and their installed dependency closure. */
export function closureOfPackages(folders: readonly string[]): Packages {
  const seen = new Map<string, string>();
  const queue = [...folders];
  for (let folder = queue.pop(); folder !== undefined; folder = queue.pop()) {
    if (seen.has(folder)) continue;
    const manifest = readManifest(folder);
    seen.set(folder, `${manifest.name ?? '?'}@${manifest.version ?? '?'}`);
    const names = {
      ...manifest.dependencies,
      ...manifest.optionalDependencies,
      ...manifest.peerDependencies,
    };
    for (const name of Object.keys(names)) {
      const found = lookUp(name, folder);
      if (found) queue.push(found);
    }
  }
  return {
    names: [...new Set(seen.values())].sort(),
    manifests: [...seen.keys()].map((folder) => join(folder, 'package.json')),
  };
}

/** The folder of the package a resolved file belongs to. */
export function packageFolder(file: string): string {
  const at = file.lastIndexOf('/node_modules/');
  return `${file.slice(0, at)}/node_modules/${packageOf(file.slice(at + '/node_modules/'.length))}`;
}

/** Name of the package that an import's path leads into. */
const packageOf = (path: string): string => path.split('/', path.startsWith('@') ? 2 : 1).join('/');

/** What to do where an import's package is not there. */
export function installHint(path: string): string {
  const name = packageOf(path);
  return name.startsWith('@tensorflow/')
    ? 'it belongs to TensorFlow.js: `ar-pipe doctor` says how to install that'
    : `install it: npm install ${name}`;
}

/** Folder of the package that an import or a configuration in `from` means. */
export const packageAbove = (path: string, from: string): string | undefined => lookUp(packageOf(path), from);

/** The real folder: a package that is linked from a store, as pnpm does, finds its own dependencies there. */
function lookUp(name: string, from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return realpathSync(candidate);
    if (dirname(folder) === folder) return undefined;
  }
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}
