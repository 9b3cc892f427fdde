import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWatcher, territory, type Watcher } from '../../src/watch/watcher.ts';

const sources = (paths: readonly string[], patterns: readonly string[] = []) => ({
  paths: new Set(paths),
  patterns: new Set(patterns),
});

describe('territory', () => {
  const { roots, isWatched } = territory(
    '/p',
    sources(
      ['/p/pipeline.ts', '/p/stages/lib/a.ts', '/elsewhere/tf/tf.js', '/p/broken'],
      ['data/*.csv', 'folder/', 'node_modules/font/a.ttf'],
    ),
  );

  it('starts at the project, and at the folders of files outside', () => {
    expect([...roots].sort()).toEqual(['/elsewhere/tf', '/p']);
  });

  it.each([
    ['/p', false],
    ['/p/pipeline.ts', true],
    ['/p/stages', false],
    ['/p/stages/lib', false],
    ['/p/stages/lib/a.ts', true],
    ['/elsewhere/tf', false],
    ['/elsewhere/tf/tf.js', true],
    ['/p/data', false],
    ['/p/data/a.csv', true],
    ['/p/folder/deep/b', true],
    ['/p/node_modules/font/a.ttf', true],
    ['/p/broken/missing.ts', true],
  ])('%s is watched or lies on the way', (path, isFile) => {
    expect(isWatched(path, isFile)).toBe(true);
  });

  it.each([
    ['/p/README.md', true],
    ['/p/cache', false],
    ['/p/artifacts', false],
    ['/p/stages/lib/b.ts', true],
    ['/p/stages/other', false],
    ['/p/data/a.txt', true],
    ['/p/node_modules/other', false],
    ['/elsewhere/tf/more.js', true],
    ['/elsewhere', false],
  ])('%s is not', (path, isFile) => {
    expect(isWatched(path, isFile)).toBe(false);
  });

  it('keeps a glob over everything out of the state and of installed packages', () => {
    const all = territory('/p', sources([], ['**/*.csv']));
    expect(['/p/a.csv', '/p/x/y/a.csv'].map((path) => all.isWatched(path, true))).toEqual([true, true]);
    for (const path of ['/p/cache', '/p/artifacts', '/p/node_modules', '/p/x/.git'])
      expect(all.isWatched(path, false)).toBe(false);
    expect(all.isWatched('/p/x/cache', false)).toBe(true);
  });
});

describe('a watcher', () => {
  let folder: string;
  let watcher: Watcher;
  let count = 0;
  let onTouch: (() => void) | undefined;
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'ar-pipe-watcher-')));
    mkdirSync(join(folder, 'stages'));
    writeFileSync(join(folder, 'stages/a.ts'), 'a');
    count = 0;
    watcher = createWatcher(
      folder,
      () => {
        count++;
        onTouch?.();
      },
      () => undefined,
    );
  });
  afterEach(async () => {
    await watcher.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const touch = (act: () => void): Promise<void> =>
    new Promise((done) => {
      onTouch = done;
      act();
    });

  it.each<[string, (path: string) => void]>([
    [
      'written',
      (path) => {
        writeFileSync(path, 'b');
      },
    ],
    [
      'replaced, as editors save',
      (path) => {
        writeFileSync(`${path}.swp`, 'c');
        renameSync(`${path}.swp`, path);
      },
    ],
    [
      'removed',
      (path) => {
        rmSync(path);
      },
    ],
    [
      'removed with its folder',
      (path) => {
        rmSync(join(path, '..'), { recursive: true });
      },
    ],
  ])('tells when a file is %s', async (_, act) => {
    const path = join(folder, 'stages/a.ts');
    await watcher.target(sources([path]));
    await touch(() => {
      act(path);
    });
  });

  it('tells when a folder that was removed comes back', async () => {
    const path = join(folder, 'stages/a.ts');
    rmSync(join(folder, 'stages'), { recursive: true });
    await watcher.target(sources([path]));
    await touch(() => {
      mkdirSync(join(folder, 'stages'));
      writeFileSync(path, 'd');
    });
  });

  it('tells of a file that appears for a glob, and asks for a look after it was laid', async () => {
    await watcher.target(sources([join(folder, 'stages/a.ts')]));
    const before = count;
    await watcher.target(sources([join(folder, 'stages/a.ts')]));
    expect(count).toBe(before);
    await watcher.target(sources([], ['data/**/*.csv']));
    expect(count).toBe(before + 1);
    await touch(() => {
      mkdirSync(join(folder, 'data/deep'), { recursive: true });
      writeFileSync(join(folder, 'data/deep/a.csv'), '');
    });
  });
});
