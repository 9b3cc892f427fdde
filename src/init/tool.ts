/** Where this very tool came from, so that a new study asks npm for the same. */
import { readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';

/** Folder of the package this code belongs to. */
export const packageFolder = (): string =>
  dirname(createRequire(import.meta.url).resolve('ar-pipe/package.json'));

/**
 * What a package.json in `folder` should ask npm for: a range of versions, or `file:` and a path where the tool was itself
 * installed from a packed tarball or folder, or runs from a checkout.
 */
export function toolFor(folder: string, version: string, from = packageFolder()): string {
  const range = `^${version}`;
  const modules = dirname(from);
  // A checkout, perhaps linked into a study's node_modules.
  if (basename(modules) !== 'node_modules') return fileRange(folder, from);
  const source = installedFrom(modules, basename(from));
  return source === undefined ? range : fileRange(folder, resolve(dirname(modules), source));
}

/** The path that npm noted for a package installed from a file; undefined for one from a registry. */
function installedFrom(modules: string, name: string): string | undefined {
  try {
    const { packages } = JSON.parse(readFileSync(join(modules, '.package-lock.json'), 'utf8')) as {
      readonly packages: Readonly<Record<string, { readonly resolved?: string }>>;
    };
    return /^file:(.*)$/.exec(packages[`node_modules/${name}`]?.resolved ?? '')?.[1];
  } catch {
    return undefined;
  }
}

/** `folder` exists: npm reads the path from where the folder really lies. */
function fileRange(folder: string, path: string): string {
  const way = relative(realpathSync(folder), path).split(sep).join('/');
  return `file:${way === '' ? '.' : way}`;
}
