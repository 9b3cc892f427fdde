import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { packageFolder, toolFor } from '../../src/init/tool.ts';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'ar-pipe-tool-')));
const study = join(root, 'study');
mkdirSync(study);
afterAll(() => {
  rmSync(root, { recursive: true });
});

/** A folder that holds an installation of ar-pipe, and what npm noted of it. */
function installed(name: string, resolved?: string): string {
  const modules = join(root, name, 'node_modules');
  mkdirSync(join(modules, 'ar-pipe'), { recursive: true });
  if (resolved !== undefined)
    writeFileSync(
      join(modules, '.package-lock.json'),
      JSON.stringify({ packages: { 'node_modules/ar-pipe': { resolved } } }),
    );
  return join(modules, 'ar-pipe');
}

test('a tool of the registry asks for its version and later compatible ones', () => {
  const from = installed('registry', 'https://registry.example/ar-pipe-1.2.3.tgz');
  expect(toolFor(study, '1.2.3', from)).toBe('^1.2.3');
  expect(toolFor(study, '1.2.3', installed('unnoted'))).toBe('^1.2.3');
});

test('a tool installed from a packed tarball asks for that tarball', () => {
  const from = installed('packed', 'file:../downloads/ar-pipe-1.2.3.tgz');
  expect(toolFor(study, '1.2.3', from)).toBe('file:../downloads/ar-pipe-1.2.3.tgz');
});

test('a checkout asks for itself', () => {
  expect(toolFor(study, '1.2.3', join(root, 'checkout'))).toBe('file:../checkout');
  expect(packageFolder()).toBe(join(import.meta.dirname, '../..'));
});
