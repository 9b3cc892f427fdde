/** A bundle is trusted by the stat of its sources, and of all that decides to what their imports lead. */
import { mkdirSync, realpathSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { createCoder } from '../../src/key/code.ts';
import { temporaryFolder } from '../store/temporary-folder.ts';

let root = '';
beforeEach(() => {
  root = realpathSync(temporaryFolder());
});

/** Files, long settled: a bundle of them is trusted by their stat. */
function write(files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    const path = join(root, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    for (let each = path; each !== root; each = dirname(each)) utimesSync(each, 1e9, 1e9);
    utimesSync(root, 1e9, 1e9);
  }
}

async function digestIn(folder: string): Promise<string> {
  const project = join(root, folder);
  const stages = await createCoder(project, join(root, 'state')).stages(['stage.ts']);
  return stages.get('stage.ts')!.digest;
}

const valueFrom = (path: string): string =>
  `import { value } from '${path}';\nexport default { run: () => value };\n`;

test('a path alias in a tsconfig that is extended', async () => {
  const base = (folder: string): string =>
    `{"compilerOptions":{"paths":{"@/*":["./${folder}/*"]}}} // shared`;
  write({
    'a/one/value.ts': 'export const value = 1;\n',
    'a/two/value.ts': 'export const value = 2;\n',
    'a/tsconfig.json': '{"extends":["./base"],}',
    'a/base.json': '{"extends":"../aliases.json"}',
    'a/package.json': '{}',
    'aliases.json': base('a/one'),
    'a/stage.ts': valueFrom('@/value'),
  });
  const before = await digestIn('a');
  expect(await digestIn('a')).toBe(before);
  write({ 'aliases.json': base('a/two') });
  expect(await digestIn('a')).not.toBe(before);
});

test('the tsconfig of a folder above, and one that comes to be nearer', async () => {
  const config = (folder: string): string =>
    `{"compilerOptions":{"paths":{"@/*":["${join(root, folder)}/*"]}}}`;
  write({
    'one/value.ts': 'export const value = 1;\n',
    'two/value.ts': 'export const value = 2;\n',
    'tsconfig.json': config('one'),
    'packages/a/package.json': '{}',
    'packages/a/stage.ts': valueFrom('@/value'),
  });
  const first = await digestIn('packages/a');
  write({ 'tsconfig.json': config('two') });
  const second = await digestIn('packages/a');
  expect(second).not.toBe(first);
  write({ 'packages/tsconfig.json': config('one') });
  expect(await digestIn('packages/a')).toBe(first);
});

test('packages that are installed at the root of a workspace', async () => {
  const version = (number: string) => ({
    'node_modules/pkg/package.json': `{"name":"pkg","version":"${number}"}`,
    'node_modules/pkg/index.js': 'export const value = 1;\n',
    'node_modules/.package-lock.json': `{"packages":"${number}"}`,
  });
  write({ ...version('1.0.0'), 'packages/a/package.json': '{}', 'packages/a/stage.ts': valueFrom('pkg') });
  const before = await digestIn('packages/a');
  write(version('1.0.10'));
  expect(await digestIn('packages/a')).not.toBe(before);
});

test('what a package of the workspace exports', async () => {
  const manifest = (file: string): string => `{"name":"@org/lib","version":"1.0.0","exports":"./${file}"}`;
  write({
    'packages/lib/package.json': manifest('src/one.ts'),
    'packages/lib/src/one.ts': 'export const value = 1;\n',
    'packages/lib/src/two.ts': 'export const value = 2;\n',
    'packages/a/package.json': '{}',
    'packages/a/stage.ts': valueFrom('@org/lib'),
  });
  mkdirSync(join(root, 'node_modules/@org'), { recursive: true });
  symlinkSync('../../packages/lib', join(root, 'node_modules/@org/lib'));
  const before = await digestIn('packages/a');
  write({ 'packages/lib/package.json': manifest('src/two.ts') });
  expect(await digestIn('packages/a')).not.toBe(before);
});
