/**
 * Files in `<state>/code` (code.ts) that no source of today gives and no remembered result names. Such a file's time is that of
 * the moment in which it went out of use, so what a process began with is never older than the process.
 */
import { readdirSync, readFileSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import type { CodeManifest } from './explain.ts';

export interface OldCode {
  readonly path: string;
  readonly bytes: number;
  readonly mtimeMs: number;
}

const keptMs = 7 * 24 * 3600e3;
/** Of what is out of use: where it takes more, the oldest goes sooner. */
const keptBytes = 256 * 2 ** 20;
/** But not before this, as long as a command may take from bundling to running, and more. */
const graceMs = 24 * 3600e3;
const ours = /^[0-9a-f]{64}(?:\.mjs|(?:\.[0-9a-f]{16})?\.json)$/;

export interface OldCodeQuery {
  /** Names of files that sources of today give. */
  readonly inUse: ReadonlySet<string>;
  /** Code digests that results remembered by the checkout stand for; asked only where something may go. */
  readonly remembered: () => Iterable<string>;
  /** What went out of use later than this stays: somebody may still run it. */
  readonly since: number;
  readonly now: number;
}

export function oldCode(folder: string, { inUse, remembered, since, now }: OldCodeQuery): OldCode[] {
  const unused = namesIn(folder)
    .filter((name) => ours.test(name) && !inUse.has(name))
    .flatMap((name) => fileAt(join(folder, name)) ?? [])
    .sort((a, b) => b.mtimeMs - a.mtimeMs);
  let bytes = 0;
  const old = unused.filter((file) => {
    bytes += file.bytes;
    const age = now - file.mtimeMs;
    return file.mtimeMs < since && (age > keptMs || (age > graceMs && bytes > keptBytes));
  });
  if (old.length === 0) return [];
  const needed = new Set([...remembered()].flatMap((digest) => filesOf(folder, digest)));
  return old.filter(({ path }) => !needed.has(path));
}

/** Says that these files are out of use from now on. */
export function outlived(folder: string, names: readonly string[]): void {
  for (const name of names) touch(join(folder, name));
}

/** Says that a file is of use again; not each time, since its stat is what it is trusted by. */
export function renewed(folder: string, name: string): void {
  const file = fileAt(join(folder, name));
  if (file && Date.now() - file.mtimeMs > graceMs / 2) touch(file.path);
}

function touch(path: string): void {
  const now = new Date();
  try {
    utimesSync(path, now, now);
  } catch {
    // Gone, or of another user.
  }
}

/** A code digest's own file and those that it names. */
function filesOf(folder: string, digest: string): string[] {
  const path = join(folder, `${digest}.json`);
  try {
    const { text, map } = JSON.parse(readFileSync(path, 'utf8')) as CodeManifest;
    return [path, join(folder, text), join(folder, map)];
  } catch {
    return [path];
  }
}

function fileAt(path: string): OldCode | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat && { path, bytes: stat.size, mtimeMs: stat.mtimeMs };
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
