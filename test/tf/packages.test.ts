import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hasTfjs, installTfjs } from '../../src/tf/packages.ts';

test('what is said to be installed is what package.json names as optional peers', () => {
  const { peerDependencies, peerDependenciesMeta } = JSON.parse(
    readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'),
  ) as Record<'peerDependencies' | 'peerDependenciesMeta', Record<string, unknown>>;
  const peers = Object.keys(peerDependenciesMeta).map((name) => `${name}@${String(peerDependencies[name])}`);
  expect(installTfjs.split(' ').slice(3).sort()).toEqual(peers.sort());
  expect(hasTfjs()).toBe(true);
});
