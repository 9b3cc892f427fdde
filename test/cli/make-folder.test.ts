import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { makeFolder } from '../../src/cli/make-folder.ts';

const folder = mkdtempSync(join(tmpdir(), 'ar-pipe-make-folder-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

it('makes a folder with those above it, and is content with one that is there', () => {
  makeFolder(join(folder, 'a/b/c'));
  makeFolder(join(folder, 'a/b/c'));
  expect(existsSync(join(folder, 'a/b/c'))).toBe(true);
});

it('names the folder that cannot be made', () => {
  writeFileSync(join(folder, 'file'), '');
  const path = join(folder, 'file');
  expect(() => {
    makeFolder(join(path, 'below'));
  }).toThrow(`the folder ${path} cannot be made: a file is in the way`);
});

it.runIf(existsSync('/proc/self'))('comes to an end where nothing can be made', () => {
  expect(() => {
    makeFolder('/proc/nothing/here');
  }).toThrow('the folder /proc/nothing cannot be made');
});
