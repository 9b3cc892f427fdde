import {
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  bothSources,
  changedSince,
  differences,
  lookAt,
  noSources,
  type Look,
} from '../../src/watch/look.ts';

const look = (files: Readonly<Record<string, Readonly<Record<string, string | null>>>>): Look =>
  new Map(Object.entries(files).map(([source, found]) => [source, new Map(Object.entries(found))]));
const never = () => false;

describe('differences', () => {
  const before = look({ '/p/a.ts': { '/p/a.ts': '1' }, 'data/*': { '/p/data/x': '1', '/p/data/y': '2' } });

  it('are none between equal looks', () => {
    expect(differences(before, before, never)).toEqual([]);
  });

  it('name what was written, removed and added', () => {
    const after = look({ '/p/a.ts': { '/p/a.ts': '2' }, 'data/*': { '/p/data/y': '2', '/p/data/z': '1' } });
    expect(differences(before, after, never).sort()).toEqual(['/p/a.ts', '/p/data/x', '/p/data/z']);
  });

  it('name a file that went away, and one that came', () => {
    const gone = look({ '/p/a.ts': { '/p/a.ts': null } });
    expect(differences(before, gone, never)).toEqual(['/p/a.ts']);
    expect(differences(gone, before, never)).toContain('/p/a.ts');
  });

  it('do not count what is no longer read', () => {
    expect(differences(before, look({}), never)).toEqual([]);
  });

  it('ask about what was not looked at before', () => {
    const after = look({ '/p/b.ts': { '/p/b.ts': '1' }, '/p/c.ts': { '/p/c.ts': '1' } });
    expect(differences(before, after, (path) => path === '/p/c.ts')).toEqual(['/p/c.ts']);
  });
});

describe('lookAt', () => {
  let folder: string;
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'ar-pipe-look-')));
  });
  afterEach(() => {
    vi.useRealTimers();
    rmSync(folder, { recursive: true, force: true });
  });
  const write = (name: string, text = name): string => {
    const path = join(folder, name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, text);
    return path;
  };
  const paths = (...names: string[]) => ({
    ...noSources,
    paths: new Set(names.map((name) => join(folder, name))),
  });
  const patterns = (...names: string[]) => ({ ...noSources, patterns: new Set(names) });
  const filesIn = async (pattern: string) =>
    [...((await lookAt(folder, patterns(pattern))).get(pattern)?.keys() ?? [])]
      .map((path) => path.slice(folder.length + 1))
      .sort();

  it('sees a file that is not there', async () => {
    expect((await lookAt(folder, paths('a.ts'))).get(join(folder, 'a.ts'))).toEqual(
      new Map([[join(folder, 'a.ts'), null]]),
    );
  });

  it('takes a file that is being written for another one each time', async () => {
    const path = write('a.ts');
    // It stays young however long the looks take.
    vi.useFakeTimers({ toFake: ['Date'], now: statSync(path).ctimeMs });
    const first = await lookAt(folder, paths('a.ts'));
    expect(differences(first, await lookAt(folder, paths('a.ts')), never)).toEqual([path]);
  });

  it('tells a replaced file of equal size and times', async () => {
    const time = new Date('2026-01-01');
    for (const name of ['a.ts', 'a.ts.new']) utimesSync(write(name, 'same'), time, time);
    const before = await lookAt(folder, paths('a.ts'));
    renameSync(join(folder, 'a.ts.new'), join(folder, 'a.ts'));
    expect(differences(before, await lookAt(folder, paths('a.ts')), never)).toEqual([join(folder, 'a.ts')]);
  });

  it('finds what a glob matches, and all files below a folder', async () => {
    for (const name of ['data/a.csv', 'data/b.txt', 'data/deep/c.csv']) write(name);
    expect(await filesIn('data/*.csv')).toEqual(['data/a.csv']);
    expect(await filesIn('data/')).toEqual(['data/a.csv', 'data/b.txt', 'data/deep/c.csv']);
    expect(await filesIn('data/none-*')).toEqual([]);
  });

  it('follows links, but not in a circle', async () => {
    write('data/a.csv');
    write('elsewhere/b.csv');
    symlinkSync('../elsewhere', join(folder, 'data/linked'));
    symlinkSync('..', join(folder, 'elsewhere/up'));
    symlinkSync('nowhere', join(folder, 'data/dangling'));
    expect(await filesIn('data/')).toContain('data/linked/b.csv');
    expect(await filesIn('data/')).toContain('data/dangling');
  });

  it('knows whether a file was put in its place since', () => {
    const path = write('a.ts');
    utimesSync(path, new Date('2001-01-01'), new Date('2001-01-01'));
    expect(changedSince(path, Date.now() - 60_000)).toBe(true);
    expect(changedSince(path, Date.now() + 60_000)).toBe(false);
    expect(changedSince(join(folder, 'none'), 0)).toBe(false);
  });
});

it('sources of two rounds are taken together', () => {
  const a = { paths: new Set(['/a']), patterns: new Set(['x']) };
  const b = { paths: new Set(['/b']), patterns: new Set(['x']) };
  expect(bothSources(a, b)).toEqual({ paths: new Set(['/a', '/b']), patterns: new Set(['x']) });
});
