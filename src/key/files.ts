/**
 * Digests of a project's own input files. A file whose stat is as it was is not read again; a file so young that its next
 * version could have the same stat (stat.ts) is read every time.
 */
import { readFileSync, statSync } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { PipelineError } from '../core/failure.ts';
import { hashFile, hashFileSync, smallFile } from './digest.ts';
import { manifestRef, type ContentRef, type Manifest } from './manifest.ts';
import { sha256 } from './recipe.ts';
import { settledSignature, sizeIn, statSignature } from './stat.ts';
import { writeWhole } from './whole-file.ts';

export interface FileHasher {
  /** Digest of a file's bytes (links are followed). Throws a PipelineError: input-missing, or input-changed while being read. */
  digestFile(path: string): Promise<ContentRef>;
  /** The same at once, for small files. */
  digestFileSync(path: string): ContentRef;
  /** All files below a folder, their names relative to it with `/`, NFC. Digest and bytes as in manifest.ts. */
  digestFolder(path: string): Promise<ContentRef & { readonly files: Manifest }>;
  /** Writes what was learnt to the stats file, if anything was. Trouble is not an error: the next run reads more. */
  flush(): void;
}

interface Known extends ContentRef {
  readonly signature: string;
}

/** Version of the stats file; any other is ignored. */
const format = 'ar-pipe/stats/1';
const attempts = 3;

/** `statsPath`: where the digests are remembered between runs; read at first use, made with its folder by `flush`. */
export function createFileHasher(statsPath: string): FileHasher {
  let stats: Map<string, Known> | undefined;
  let learnt = false;
  const used = new Set<string>();
  const running = new Map<string, Promise<ContentRef>>();
  const known = (): Map<string, Known> => (stats ??= readStats(statsPath));

  const recall = (path: string, signature: string): ContentRef | undefined => {
    used.add(path);
    const found = known().get(path);
    return found?.signature === signature ? { digest: found.digest, bytes: found.bytes } : undefined;
  };

  /** False where the file has changed while it was read. */
  const learn = (path: string, before: string, content: ContentRef): boolean => {
    if (statSignature(path) !== before) return false;
    if (settledSignature(path) === before) {
      known().set(path, { ...content, signature: before });
      learnt = true;
    }
    return true;
  };

  const digest = async (path: string): Promise<ContentRef> => {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const before = signatureOf(path);
      const remembered = recall(path, before);
      if (remembered) return remembered;
      const isSmall = sizeIn(before) <= smallFile;
      const content = isSmall ? hashFileSync(path) : await hashFile(path);
      if (learn(path, before, content)) return content;
    }
    throw stillChanging(path);
  };

  const digestFile = (path: string): Promise<ContentRef> => {
    const full = resolve(path);
    // A thousand steps may ask for one file at once: it is read once.
    const result = running.get(full) ?? digest(full).finally(() => running.delete(full));
    running.set(full, result);
    return result;
  };

  return {
    digestFile,
    digestFileSync(path) {
      const full = resolve(path);
      for (let attempt = 0; attempt < attempts; attempt++) {
        const before = signatureOf(full);
        const remembered = recall(full, before);
        if (remembered) return remembered;
        const content = hashFileSync(full);
        if (learn(full, before, content)) return content;
      }
      throw stillChanging(full);
    },
    async digestFolder(path) {
      const files = new Map<string, ContentRef>();
      for (const name of await filesBelow(resolve(path), '', [])) {
        const known = name.normalize('NFC');
        if (files.has(known)) throw sameName(path, known);
        files.set(known, await digestFile(`${path}/${name}`));
      }
      const manifest = Object.fromEntries([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
      return { files: manifest, ...manifestRef(manifest) };
    },
    flush() {
      if (!learnt || !stats) return;
      const kept = [...stats].filter(([path]) => used.has(path) || statSignature(path) !== undefined);
      writeStats(statsPath, new Map(kept));
      learnt = false;
    },
  };
}

function signatureOf(path: string): string {
  const signature = statSignature(path);
  const found = signature === undefined ? undefined : statSync(path, { throwIfNoEntry: false });
  if (found?.isFile() && signature !== undefined) return signature;
  throw new PipelineError({
    reason: 'input-missing',
    message: found ? `${path} is not a file` : `there is no file ${path}`,
    hint: found?.isDirectory()
      ? `write file('…/') with a slash at the end to use a whole folder`
      : path.includes('\uFFFD')
        ? 'its name is not UTF-8: rename it'
        : undefined,
  });
}

function sameName(folder: string, name: string): PipelineError {
  return new PipelineError({
    reason: 'usage',
    message: `two files of ${folder} differ only in how the name '${name}' is encoded`,
    hint: 'remove one of them, or rename it',
  });
}

function stillChanging(path: string): PipelineError {
  return new PipelineError({
    reason: 'input-changed',
    message: `${path} changed each time while it was being read`,
    hint: 'wait until whatever writes it is done',
  });
}

/** Paths of the regular files below `root`, relative to it; links to files and folders are followed, but not in a circle. */
async function filesBelow(root: string, under: string, parents: readonly string[]): Promise<string[]> {
  const real = await realpath(`${root}/${under}`).catch(() => undefined);
  if (real === undefined) {
    throw new PipelineError({ reason: 'input-missing', message: `there is no folder ${root}/${under}` });
  }
  if (parents.includes(real)) return [];
  const found: string[] = [];
  for (const name of (await readdir(real)).sort()) {
    const path = under === '' ? name : `${under}/${name}`;
    const below = await stat(`${root}/${path}`).catch(() => undefined);
    if (below?.isDirectory()) found.push(...(await filesBelow(root, path, [...parents, real])));
    else found.push(path);
  }
  return found;
}

/** A line with the sha256 of all that follows, then JSON: a flipped byte must not turn into a wrong digest of an input. */
function readStats(path: string): Map<string, Known> {
  try {
    const text = readFileSync(path, 'utf8');
    const body = text.slice(text.indexOf('\n') + 1);
    if (text !== withDigest(body)) return new Map();
    const stored = JSON.parse(body) as { format: string; files: [string, Known][] };
    return new Map(stored.format === format ? stored.files : []);
  } catch {
    // Absent or damaged: the files are read again, which is only slower.
    return new Map();
  }
}

function writeStats(path: string, stats: Map<string, Known>): void {
  try {
    writeWhole(path, withDigest(JSON.stringify({ format, files: [...stats] })));
  } catch {
    // A read-only checkout still runs.
  }
}

function withDigest(body: string): string {
  return `${sha256(body)}\n${body}`;
}
