/** By what a bundle is trusted without bundling again: the stats of all that it was made from, and of all that decided how. */
import { dirname, join, relative, resolve } from 'node:path';
import { decisiveFiles } from './resolution.ts';
import { settledSignature, statSignature } from './stat.ts';

/** Signatures by path, relative to the project; null for what was not there. */
export type Trust = Readonly<Record<string, string | null>>;

export type SignatureOf = (path: string) => string | null;

/** Looks at each file once: stages have most of what decides about them in common. */
export function signatures(): SignatureOf {
  const seen = new Map<string, string | null>();
  return (path) => {
    const known = seen.get(path);
    if (known !== undefined) return known;
    const found = signatureOrNone(path);
    seen.set(path, found);
    return found;
  };
}

/** Folders above the project may be closed to us: esbuild sees nothing in them either. */
function signatureOrNone(path: string): string | null {
  try {
    return statSignature(path) ?? null;
  } catch {
    return null;
  }
}

export function isTrusted(project: string, trust: Trust, signatureOf: SignatureOf): boolean {
  return Object.entries(trust).every(([path, signature]) => signatureOf(join(project, path)) === signature);
}

/**
 * For a bundle of `inputs`, with these package.json of packages, begun at `started` (ms). Empty text as a signature never
 * matches: files written a moment ago are looked at again next time.
 */
export function trustOf(
  project: string,
  inputs: readonly string[],
  manifests: readonly string[],
  started: number,
): Trust {
  const trust: Record<string, string | null> = {};
  const paths = [...inputs, ...foldersOf(inputs), ...decisiveFor(project, inputs), ...manifests];
  for (const path of new Set(paths)) {
    const name = relative(project, path) || '.';
    trust[name] = signatureOrNone(path) === null ? null : (settledSignature(path, started) ?? '');
  }
  return trust;
}

/** What is trusted, but for the folders. */
export function sourcesIn(project: string, trust: Trust): string[] {
  const folders = new Set(Object.keys(trust).map((name) => dirname(name)));
  return Object.keys(trust).flatMap((name) => (folders.has(name) ? [] : [resolve(project, name)]));
}

export const decisiveFor = (project: string, inputs: readonly string[]): string[] =>
  decisiveFiles([project, ...foldersOf(inputs)]);

const foldersOf = (files: readonly string[]): ReadonlySet<string> =>
  new Set(files.map((file) => dirname(file)));
