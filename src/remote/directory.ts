/** A shared cache in a folder, on a disk that several machines have. */
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, copyFile, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errnoText } from '../core/errno.ts';
import { RemoteError, type Remote } from './remote.ts';

export function createDirectoryRemote(folder: string): Remote {
  const at = (path: string): string => join(folder, path);

  async function attempt<T>(act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      if (error instanceof RemoteError) throw error;
      throw new RemoteError(errnoText(error) ?? (error as Error).message);
    }
  }
  const sizeOf = async (path: string): Promise<number | undefined> => {
    try {
      const found = await stat(at(path));
      return found.isFile() ? found.size : undefined;
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  };
  return {
    name: folder,
    has: (path) => attempt(async () => (await sizeOf(path)) !== undefined),
    read: (path, mostBytes) =>
      attempt(async () => {
        const size = await sizeOf(path);
        if (size === undefined) return undefined;
        if (size > mostBytes) throw new RemoteError(`${path} has ${size} bytes`);
        return readFile(at(path), 'utf8');
      }),
    download: (path, to, bytes) =>
      attempt(async () => {
        if ((await sizeOf(path)) !== bytes) return false;
        await copyFile(at(path), to, constants.COPYFILE_FICLONE);
        await chmod(to, 0o600);
        return true;
      }),
    upload: (path, from) =>
      attempt(async () => {
        const unfinished = join(folder, 'v1/tmp', randomBytes(8).toString('hex'));
        await mkdir(dirname(unfinished), { recursive: true });
        try {
          if (typeof from === 'string') await writeFile(unfinished, from);
          else await copyFile(from.file, unfinished, constants.COPYFILE_FICLONE);
          await flush(unfinished);
          await chmod(unfinished, 0o444);
          await mkdir(dirname(at(path)), { recursive: true });
          await rename(unfinished, at(path));
        } catch (error) {
          await rm(unfinished, { force: true });
          throw error;
        }
      }),
  };
}

const isAbsent = (error: unknown): boolean =>
  ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');

/** Other machines must not see a name whose bytes a power cut could still take. */
async function flush(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
