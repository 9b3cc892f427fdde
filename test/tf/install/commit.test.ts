import { existsSync, mkdirSync, readdirSync, truncateSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { commitInstall, digestOfSources, inBuildFolder } from '../../../src/tf/install/commit.ts';
import { findInstall, readInstall } from '../../../src/tf/native/installed.ts';
import { fakeInstall, home, type Home } from './rig.ts';

let own: Home;
beforeEach(() => {
  own = home();
});
afterEach(() => {
  own.remove();
});

const build = (version: string) =>
  inBuildFolder(own.root, async (folder) => {
    const built = join(folder, 'install');
    return commitInstall(built, own.place, { ...fakeInstall(built), version });
  });

test('an install is found after it is committed, and no build folder is left', async () => {
  expect(findInstall(own.env)).toBeUndefined();
  await build('1.0.0');
  expect(findInstall(own.env)?.record.version).toBe('1.0.0');
  expect(readdirSync(own.root)).toHaveLength(1);
});

test('of two setups at once the first one in place wins, and both get it', async () => {
  const both = await Promise.all([build('1.0.0'), build('2.0.0')]);
  expect(new Set(both.map(({ record }) => record.version)).size).toBe(1);
  expect(findInstall(own.env)?.record.version).toBe(both[0].record.version);
  expect(readdirSync(own.root)).toHaveLength(1);
});

test('a damaged install does not count and is replaced', async () => {
  await build('1.0.0');
  truncateSync(join(own.place, 'binding'), 1);
  expect(findInstall(own.env)).toBeUndefined();
  expect((await build('2.0.0')).record.version).toBe('2.0.0');
  expect(readInstall(own.place)?.record.version).toBe('2.0.0');
});

test('what a killed setup left counts for nothing and goes a day later', async () => {
  const left = join(own.root, '.building-killed');
  fakeInstall(join(left, 'install'));
  const fresh = join(own.root, '.building-other');
  mkdirSync(fresh);
  expect(findInstall(own.env)).toBeUndefined();
  const yesterday = Date.now() / 1000 - 25 * 3600;
  utimesSync(left, yesterday, yesterday);
  await build('1.0.0');
  expect(existsSync(left)).toBe(false);
  expect(existsSync(fresh)).toBe(true);
});

test('a build that fails leaves nothing', async () => {
  await expect(inBuildFolder(own.root, () => Promise.reject(new Error('no disk')))).rejects.toThrow(
    'no disk',
  );
  expect(readdirSync(own.root)).toEqual([]);
});

test('the digest of what was fetched does not depend on its order', () => {
  const a = { name: 'a.whl', sha256: '1' };
  const b = { name: 'b.whl', sha256: '2' };
  expect(digestOfSources([a, b])).toBe(digestOfSources([b, a]));
  expect(digestOfSources([a])).not.toBe(digestOfSources([b]));
});
