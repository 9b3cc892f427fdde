import * as fs from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { PipelineError } from '../../src/core/failure.ts';
import { hashFile, hashFileSync, smallFile } from '../../src/key/digest.ts';
import { createFileHasher } from '../../src/key/files.ts';
import { manifestRef } from '../../src/key/manifest.ts';
import type { FileRef } from '../../src/store/store.ts';
import { file, refOf } from '../store/samples.ts';
import { temporaryFolder } from '../store/temporary-folder.ts';

vi.mock('../../src/key/digest.ts', { spy: true });
beforeEach(() => {
  vi.clearAllMocks();
});

const reads = (): number => vi.mocked(hashFile).mock.calls.length + vi.mocked(hashFileSync).mock.calls.length;

/** Gives a file a time of change long past, and any name to be settled by. */
function age(path: string, seconds = 1_000_000): void {
  fs.utimesSync(path, seconds, seconds);
}

describe('hashFile', () => {
  it.each([0, 1, 65_536, 3_000_000])('agrees with the digest of %d bytes in memory', async (size) => {
    const { path, ...ref } = file(temporaryFolder(), 'x', 'ab'.repeat(size / 2));
    expect(await hashFile(path)).toEqual(ref);
    expect(hashFileSync(path)).toEqual(ref);
  });
});

describe('manifestRef', () => {
  it('does not depend on the order, but on names and content', () => {
    const [a, b] = [refOf('a'), refOf('bb')];
    expect(manifestRef({ x: a, y: b })).toEqual(manifestRef({ y: b, x: a }));
    expect(manifestRef({ x: a, y: b }).bytes).toBe(3);
    expect(manifestRef({ x: b, y: a }).digest).not.toBe(manifestRef({ x: a, y: b }).digest);
    expect(manifestRef({ x: { ...a, path: 'elsewhere' } } as never)).toEqual(manifestRef({ x: a }));
  });
});

describe('the file hasher', () => {
  it('reads an unchanged file once, also over runs', async () => {
    const folder = temporaryFolder();
    const { path, ...ref } = file(folder, 'data.csv', '1,2');
    age(path);
    const statsPath = join(folder, 'cache/stats');
    const first = createFileHasher(statsPath);
    expect(await first.digestFile(path)).toEqual(ref);
    expect(await first.digestFile(path)).toEqual(ref);
    expect(first.digestFileSync(path)).toEqual(ref);
    expect(reads()).toBe(1);
    first.flush();
    const second = createFileHasher(statsPath);
    expect(await second.digestFile(path)).toEqual(ref);
    expect(second.digestFileSync(path)).toEqual(ref);
    expect(reads()).toBe(1);
  });

  it('reads a file once for all who ask at the same time', async () => {
    const { path } = file(temporaryFolder(), 'x', 'x');
    const hasher = createFileHasher(join(path, '../stats'));
    await Promise.all([hasher.digestFile(path), hasher.digestFile(path), hasher.digestFile(path)]);
    expect(reads()).toBe(1);
  });

  it('reads a young file every time: its next version might have the same stat', async () => {
    const { path } = file(temporaryFolder(), 'x', 'x');
    const hasher = createFileHasher(join(path, '../stats'));
    await hasher.digestFile(path);
    hasher.digestFileSync(path);
    expect(reads()).toBe(2);
    const ahead = Date.now() / 1000 + 1000;
    age(path, ahead);
    await hasher.digestFile(path);
    hasher.digestFileSync(path);
    expect(reads(), 'from the future').toBe(4);
  });

  it.each([
    [
      'content of the same size',
      (path: string) => {
        fs.writeFileSync(path, 'y');
        age(path);
      },
    ],
    [
      'time',
      (path: string) => {
        age(path, 2_000_000);
      },
    ],
    [
      'inode',
      (path: string) => {
        fs.copyFileSync(path, `${path}2`);
        age(`${path}2`);
        fs.renameSync(`${path}2`, path);
      },
    ],
  ])('reads a file again after a change of its %s', async (_what, change) => {
    const { path } = file(temporaryFolder(), 'x', 'x');
    age(path);
    const hasher = createFileHasher(join(path, '../stats'));
    await hasher.digestFile(path);
    change(path);
    expect((await hasher.digestFile(path)).digest).toBe(refOf(fs.readFileSync(path, 'utf8')).digest);
    expect(reads()).toBe(2);
  });

  it.each([
    ['small', 1],
    ['large', smallFile + 1],
  ])('reads again when a %s file changes under its eyes', async (_size, bytes) => {
    const { path } = file(temporaryFolder(), 'x', 'x'.repeat(bytes));
    age(path);
    const hasher = createFileHasher(join(path, '../stats'));
    const change = (): FileRef => {
      fs.writeFileSync(path, 'final');
      age(path);
      return refOf('stale');
    };
    if (bytes > smallFile) vi.mocked(hashFile).mockImplementationOnce(async () => change());
    else vi.mocked(hashFileSync).mockImplementationOnce(change);
    expect(await hasher.digestFile(path)).toEqual(refOf('final'));
  });

  it('gives up on a file that never rests', () => {
    const { path } = file(temporaryFolder(), 'x', 'x');
    const hasher = createFileHasher(join(path, '../stats'));
    const stale = refOf('stale');
    vi.mocked(hashFileSync).mockImplementation(() => {
      fs.appendFileSync(path, 'more');
      return stale;
    });
    fs.appendFileSync(path, 'x');
    expect(() => hasher.digestFileSync(path)).toThrow(/changed each time/);
    vi.mocked(hashFileSync).mockReset();
  });

  it.each([
    ['a flipped digit', (text: string) => text.replace(refOf('x').digest, refOf('y').digest)],
    ['a lost end', (text: string) => text.slice(0, -9)],
    ['nothing in it', () => ''],
  ])('ignores a stats file with %s', async (_what, harm) => {
    const folder = temporaryFolder();
    const { path, ...ref } = file(folder, 'x', 'x');
    age(path);
    const statsPath = join(folder, 'stats');
    const hasher = createFileHasher(statsPath);
    await hasher.digestFile(path);
    hasher.flush();
    const text = fs.readFileSync(statsPath, 'utf8');
    expect(harm(text)).not.toBe(text);
    fs.writeFileSync(statsPath, harm(text));
    expect(await createFileHasher(statsPath).digestFile(path)).toEqual(ref);
    expect(reads()).toBe(2);
  });

  it('writes the stats only when something was learnt, and forgets files that are gone', async () => {
    const folder = temporaryFolder();
    const [a, b] = [file(folder, 'a', 'a').path, file(folder, 'b', 'b').path];
    const statsPath = join(folder, 'stats');
    const hasher = createFileHasher(statsPath);
    await hasher.digestFile(a);
    hasher.flush();
    expect(fs.existsSync(statsPath)).toBe(false);
    age(a);
    await hasher.digestFile(a);
    hasher.flush();
    fs.rmSync(a);
    age(b);
    const next = createFileHasher(statsPath);
    await next.digestFile(b);
    next.flush();
    const text = fs.readFileSync(statsPath, 'utf8');
    expect([text.includes(a), text.includes(b)]).toEqual([false, true]);
    expect(fs.readdirSync(folder).sort()).toEqual(['b', 'stats']);
  });

  it('does not mind a place it cannot write to', async () => {
    const { path } = file(temporaryFolder(), 'x', 'x');
    age(path);
    const hasher = createFileHasher(join(path, 'not a folder/stats'));
    await hasher.digestFile(path);
    hasher.flush();
  });

  it('says that a file is missing, or is a folder', async () => {
    const folder = temporaryFolder();
    const hasher = createFileHasher(join(folder, 'stats'));
    const missing = await hasher.digestFile(join(folder, 'none')).catch((error: unknown) => error);
    expect((missing as PipelineError).failure).toMatchObject({ reason: 'input-missing' });
    const notFile = await hasher.digestFile(folder).catch((error: unknown) => error);
    expect((notFile as PipelineError).failure.hint).toContain("file('…/')");
    await expect(hasher.digestFolder(join(folder, 'none'))).rejects.toThrow(PipelineError);
  });
});

describe('the digest of a folder', () => {
  it('covers all files below it by relative name, wherever the folder lies', async () => {
    const make = (): string => {
      const folder = temporaryFolder();
      file(folder, 'data/b/2', 'two');
      file(folder, 'data/1', 'one');
      fs.symlinkSync('1', join(folder, 'data/link'));
      fs.symlinkSync('..', join(folder, 'data/b/circle'));
      return folder;
    };
    const folder = make();
    const hasher = createFileHasher(join(folder, 'stats'));
    const found = await hasher.digestFolder(`${folder}/data/`);
    expect(Object.keys(found.files)).toEqual(['1', 'b/2', 'link']);
    expect(found).toMatchObject(manifestRef(found.files));
    expect(await hasher.digestFolder(join(make(), 'data'))).toEqual(found);
    fs.renameSync(join(folder, 'data/1'), join(folder, 'data/one'));
    fs.rmSync(join(folder, 'data/link'));
    expect((await hasher.digestFolder(join(folder, 'data'))).digest).not.toBe(found.digest);
  });

  it('names files the same however the disk composes their letters', async () => {
    const folder = temporaryFolder();
    file(folder, 'cafe\u0301', 'x');
    const { files } = await createFileHasher(join(folder, 'stats')).digestFolder(folder);
    expect(Object.keys(files)).toEqual(['caf\u00e9']);
  });

  it('refuses two names that are one, since only one of the files could count', async () => {
    const folder = temporaryFolder();
    file(folder, 'data/cafe\u0301', 'x');
    file(folder, 'data/caf\u00e9', 'y');
    const failed = createFileHasher(join(folder, 'stats')).digestFolder(join(folder, 'data'));
    await expect(failed).rejects.toThrow(
      /two files of .*data differ only in how the name 'caf\u00e9' is encoded/,
    );
  });

  it.each(['nowhere', 'link'])('refuses a link to nothing or itself: %s', async (to) => {
    const folder = temporaryFolder();
    fs.symlinkSync(to, join(folder, 'link'));
    const failed = createFileHasher(join(folder, '../stats')).digestFolder(folder);
    await expect(failed).rejects.toThrow(/there is no file .*link/);
  });

  it('says why a file cannot be found by a name that is not UTF-8', async () => {
    const folder = temporaryFolder();
    fs.writeFileSync(Buffer.concat([Buffer.from(`${folder}/a`), Buffer.from([0xff])]), '');
    const failed = createFileHasher(join(folder, '../stats')).digestFolder(folder);
    await expect(failed).rejects.toMatchObject({ failure: { hint: 'its name is not UTF-8: rename it' } });
  });
});
