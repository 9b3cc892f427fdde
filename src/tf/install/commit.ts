/** Puts a finished install into place: record written last, folder renamed in one step. */
import { mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import {
  readInstall,
  recordFile,
  recordFormat,
  type Install,
  type InstalledFile,
  type InstallRecord,
} from '../native/installed.ts';
import { sha256OfFile } from './download.ts';

const prefix = '.building-';
const abandonedAfterMs = 24 * 3600 * 1000;

/**
 * Runs `build` in a new private folder beside the installs and removes the folder afterwards, whatever happened.
 * What a killed setup left there is removed a day later.
 */
export async function inBuildFolder<T>(root: string, build: (folder: string) => Promise<T>): Promise<T> {
  await mkdir(root, { recursive: true });
  await removeAbandoned(root);
  const folder = await mkdtemp(join(root, prefix));
  try {
    return await build(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function removeAbandoned(root: string): Promise<void> {
  for (const name of await readdir(root)) {
    if (!name.startsWith(prefix)) continue;
    const path = join(root, name);
    const facts = await stat(path).catch(() => null);
    if (facts && Date.now() - facts.mtimeMs > abandonedAfterMs)
      await rm(path, { recursive: true, force: true });
  }
}

export async function describeFiles(
  folder: string,
  paths: readonly string[],
): Promise<readonly InstalledFile[]> {
  const files: InstalledFile[] = [];
  for (const path of paths) {
    const full = join(folder, path);
    files.push({ path, bytes: (await stat(full)).size, sha256: await sha256OfFile(full) });
  }
  return files;
}

/** One digest for all that was fetched, whatever the order. */
export function digestOfSources(sources: InstallRecord['sources']): string {
  const lines = sources.map(({ name, sha256 }) => `${name} ${sha256}\n`).sort();
  return createHash('sha256').update(lines.join('')).digest('hex');
}

/**
 * Makes `built` the install at `place`. If another setup got there first, its install is kept: both were made from the
 * same recipe. A folder there that is no complete install is replaced.
 */
export async function commitInstall(
  built: string,
  place: string,
  facts: Omit<InstallRecord, 'format' | 'backend' | 'digest' | 'at'>,
): Promise<Install> {
  const record: InstallRecord = {
    format: recordFormat,
    backend: 'tensorflow',
    ...facts,
    digest: digestOfSources(facts.sources),
    at: new Date().toISOString(),
  };
  await writeFile(join(built, recordFile), `${JSON.stringify(record, null, 2)}\n`);
  try {
    await rename(built, place);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
    const winner = readInstall(place);
    if (winner) return winner;
    await rm(place, { recursive: true, force: true });
    await rename(built, place);
  }
  return { folder: place, record };
}
