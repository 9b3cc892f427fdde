/** The record that setup writes beside the native library, and where it is found. */
import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { gpuModel } from './machine.ts';
import { installName, upstreamName, type Flavour } from './recipe.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Number of the record's format. */
export const recordFormat = 1;
export const recordFile = 'install.json';

export interface InstalledFile {
  /** Path inside the install folder. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface InstallRecord {
  readonly format: typeof recordFormat;
  readonly backend: 'tensorflow';
  /** TensorFlow's version, as the library itself says it. */
  readonly version: string;
  readonly flavour: Flavour;
  readonly arch: string;
  readonly obtained: 'wheel' | 'upstream-prebuilt';
  /** Digest of what was fetched: equal on every machine that fetched the same, whatever compiler or strip it has. */
  readonly digest: string;
  readonly sources: readonly { readonly name: string; readonly sha256: string }[];
  /** The libraries and the binding as they lie on disk. */
  readonly files: readonly InstalledFile[];
  /** Path of the binding inside the folder. */
  readonly binding: string;
  readonly compiler: string | null;
  readonly at: string;
}

/** An install that is there: its record and its folder. */
export interface Install {
  readonly folder: string;
  readonly record: InstallRecord;
}

/** Per-user folder of native installs: `$XDG_CACHE_HOME/ar-pipe/native`, else `~/.cache/ar-pipe/native`. */
export function nativeRoot(env: Environment): string {
  const xdg = env['XDG_CACHE_HOME'];
  // The specification says that relative paths are to be ignored.
  const base = xdg && isAbsolute(xdg) ? xdg : join(env['HOME'] ?? homedir(), '.cache');
  return join(base, 'ar-pipe', 'native');
}

/** Reads the record of one folder; undefined unless every file is there in its recorded size. */
export function readInstall(folder: string): Install | undefined {
  let record: InstallRecord;
  try {
    record = JSON.parse(readFileSync(join(folder, recordFile), 'utf8')) as InstallRecord;
    if ((record.format as number) !== recordFormat) return undefined;
    // Sizes, not digests: this runs at every start, and the libraries have more than half a gigabyte.
    for (const file of record.files) {
      if (statSync(join(folder, file.path)).size !== file.bytes) return undefined;
    }
  } catch {
    return undefined;
  }
  return { folder, record };
}

/** Folders an install may lie in, best first: CUDA only leads where there is a card to use. */
export function installFolders(env: Environment): readonly string[] {
  const { platform, arch } = process;
  const flavours: readonly Flavour[] = gpuModel(env) ? ['cuda', 'cpu'] : ['cpu', 'cuda'];
  const names = [
    ...flavours.map((flavour) => installName(flavour, platform, arch)),
    upstreamName(platform, arch),
  ];
  return names.map((name) => join(nativeRoot(env), name));
}

/** The best complete install for this machine and user, or undefined. */
export function findInstall(env: Environment): Install | undefined {
  for (const folder of installFolders(env)) {
    const install = readInstall(folder);
    if (install) return install;
  }
  return undefined;
}
