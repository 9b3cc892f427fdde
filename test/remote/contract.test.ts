/** What every shared cache must do, whatever it is made of. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDirectoryRemote } from '../../src/remote/directory.ts';
import { createHttpRemote } from '../../src/remote/http.ts';
import { RemoteError, type Remote } from '../../src/remote/remote.ts';
import { temporaryFolder } from '../store/temporary-folder.ts';
import { startFileServer, type FileServer } from './server.ts';

let server: FileServer;
beforeAll(async () => (server = await startFileServer()));
afterAll(() => server.close());

describe.each<[string, () => Remote]>([
  ['a folder', () => createDirectoryRemote(join(temporaryFolder(), 'cache'))],
  ['a server', () => createHttpRemote(new URL(`${server.url}${Math.random()}`))],
])('%s', (_, open) => {
  it('has nothing at first', async () => {
    const remote = open();
    const to = join(temporaryFolder(), 'to');
    expect(await remote.has('v1/objects/aa/b')).toBe(false);
    expect(await remote.read('v1/objects/aa/b', 10)).toBeUndefined();
    expect(await remote.download('v1/objects/aa/b', to, 10)).toBe(false);
    expect(existsSync(to)).toBe(false);
  });

  it('gives back texts and files', async () => {
    const remote = open();
    const folder = temporaryFolder();
    const bytes = Buffer.alloc(3_000_000, 'abc');
    writeFileSync(join(folder, 'from'), bytes);
    await remote.upload('v1/objects/aa/b', { file: join(folder, 'from'), bytes: bytes.length });
    await remote.upload('v1/entries/aa/b.json', 'ä line\n');
    await remote.upload('v1/objects/aa/empty', { file: '/dev/null', bytes: 0 });
    expect(await remote.has('v1/objects/aa/b')).toBe(true);
    expect(await remote.read('v1/entries/aa/b.json', 100)).toBe('ä line\n');
    expect(await remote.download('v1/objects/aa/b', join(folder, 'to'), bytes.length)).toBe(true);
    expect(readFileSync(join(folder, 'to')).equals(bytes)).toBe(true);
    expect(await remote.download('v1/objects/aa/empty', join(folder, 'empty'), 0)).toBe(true);
    await remote.upload('v1/entries/aa/b.json', 'another');
    expect(await remote.read('v1/entries/aa/b.json', 100)).toBe('another');
  });

  it('never reads more than it was told to', async () => {
    const remote = open();
    await remote.upload('v1/entries/aa/b.json', 'x'.repeat(1000));
    await expect(remote.read('v1/entries/aa/b.json', 999)).rejects.toThrow(RemoteError);
    const taken = remote.download('v1/entries/aa/b.json', join(temporaryFolder(), 'to'), 999);
    expect(await taken.catch((error: unknown) => error instanceof RemoteError && false)).toBe(false);
  });

  it('serves many at once', async () => {
    const remote = open();
    const paths = Array.from({ length: 50 }, (__, i) => `v1/entries/aa/${i}.json`);
    await Promise.all(paths.map((path) => remote.upload(path, path)));
    expect(await Promise.all(paths.map((path) => remote.read(path, 100)))).toEqual(paths);
  });
});
