/** Results in a shared cache: one by one, into the store and out of it. */
import { constants } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PipelineError } from '../core/failure.ts';
import { hashFile } from '../key/digest.ts';
import { envlessKeyOf } from '../key/recipe.ts';
import { differingOutputs } from '../store/commit.ts';
import { encodeEntry } from '../store/entry-text.ts';
import {
  filesOf,
  type Entry,
  type FileRef,
  type OutputRef,
  type Produced,
  type ProducedFile,
  type SharedResults,
  type Store,
} from '../store/store.ts';
import { foreignEntry } from './foreign-entry.ts';
import { anyEnvPath, entryPath, objectPath, type Remote } from './remote.ts';
import { believed, signed, type Signer, type Trust } from './signature.ts';

/** What a result took to share; `differs`: the cache has another result for the key already, which stays. */
export interface Shared {
  readonly isNew: boolean;
  readonly files: number;
  readonly bytes: number;
  readonly differs: boolean;
}

/** `find` takes no result that is not to be believed. */
export interface RemoteResults extends SharedResults {
  /** `again`: also what the cache seems to have, since it may be damaged. PipelineError where the store has lost bytes of it. */
  share(entry: Entry, again?: boolean): Promise<Shared>;
}

export interface RemoteContext {
  readonly remote: Remote;
  readonly store: Store;
  readonly trust: Trust;
  readonly signer: Signer | undefined;
  /** Told of each result that was there and not taken. */
  readonly onRefused: (key: string, why: string) => void;
}

const mostEntryBytes = 256 << 20;

/** All methods reject with RemoteError where the cache cannot be reached, and PipelineError where the store fails. */
export function createRemoteResults({
  remote,
  store,
  trust,
  signer,
  onRefused,
}: RemoteContext): RemoteResults {
  async function entryOf(key: string, path = entryPath(key)): Promise<Entry | undefined> {
    const text = await remote.read(path, mostEntryBytes);
    if (text === undefined) return undefined;
    const found = believed(text, trust);
    const entry = 'why' in found ? found.why : foreignEntry(found.line, key);
    if (typeof entry !== 'string') return entry;
    onRefused(key, entry);
    return undefined;
  }

  /** A new file with the bytes of `file`; false where the cache does not have them. */
  async function bring(file: FileRef, to: string): Promise<boolean> {
    const known = store.has(file) ? await store.object(file) : undefined;
    if (known !== undefined) {
      await copyFile(known, to, constants.COPYFILE_FICLONE);
      return true;
    }
    if (!(await remote.download(objectPath(file.digest), to, file.bytes))) return false;
    const { digest, bytes } = await hashFile(to);
    return digest === file.digest && bytes === file.bytes;
  }

  /** False where the cache has it. */
  async function send(file: FileRef, again: boolean): Promise<boolean> {
    if (!again && (await remote.has(objectPath(file.digest)))) return false;
    const from = await store.object(file);
    if (from === undefined)
      throw new PipelineError({
        reason: 'object-corrupt',
        message: `bytes ${file.digest.slice(0, 12)} are not in the store any more`,
        hint: 'ar-pipe verify --repair, then run again',
      });
    await remote.upload(objectPath(file.digest), { file: from, bytes: file.bytes });
    return true;
  }

  return {
    name: remote.name,
    async find(key, envlessKey) {
      const entry =
        (await entryOf(key)) ??
        (envlessKey === null ? undefined : await entryOf(envlessKey, anyEnvPath(envlessKey)));
      if (!entry) return undefined;
      const folder = store.jobFolder();
      try {
        const { outputs, ...given } = entry;
        const produced: Record<string, Produced> = {};
        let count = 0;
        const take = async (file: FileRef): Promise<ProducedFile | undefined> => {
          const path = join(folder, `file-${count++}`);
          return (await bring(file, path)) ? { path, digest: file.digest, bytes: file.bytes } : undefined;
        };
        for (const [name, output] of Object.entries(outputs)) {
          const taken = await brought(output, take);
          if (!taken) {
            onRefused(key, `lacks the bytes of ${name}`);
            return undefined;
          }
          produced[name] = taken;
        }
        return store.commit(given, produced, envlessKeyOf(entry.recipe)).entry;
      } finally {
        store.discardJob(folder);
      }
    },
    async share(entry, again = false) {
      const there = await entryOf(entry.key);
      const differs = there !== undefined && differingOutputs(there.outputs, entry.outputs).length > 0;
      if (differs) return { isNew: false, files: 0, bytes: 0, differs };
      let sent = 0;
      let bytes = 0;
      for (const file of Object.values(entry.outputs).flatMap(filesOf)) {
        if (!(await send(file, again))) continue;
        sent++;
        bytes += file.bytes;
      }
      // Last: whoever finds it finds all it names.
      const text = signed(encodeEntry(entry).trimEnd(), signer);
      if (!there || again) await remote.upload(entryPath(entry.key), text);
      const envlessKey = envlessKeyOf(entry.recipe);
      if (envlessKey !== null && (again || !(await entryOf(envlessKey, anyEnvPath(envlessKey)))))
        await remote.upload(anyEnvPath(envlessKey), text);
      return { isNew: !there, files: sent, bytes, differs: false };
    },
  };
}

async function brought(
  output: OutputRef,
  take: (file: FileRef) => Promise<ProducedFile | undefined>,
): Promise<Produced | undefined> {
  if (output.kind === 'file') {
    const file = await take(output);
    return file && { kind: 'file', ...file };
  }
  const files: Record<string, ProducedFile> = {};
  for (const [name, ref] of Object.entries(output.files)) {
    const file = await take(ref);
    if (!file) return undefined;
    files[name] = file;
  }
  return { kind: 'dir', files };
}
