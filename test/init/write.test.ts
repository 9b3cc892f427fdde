import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { PipelineError } from '../../src/core/failure.ts';
import { writeStudy } from '../../src/init/write.ts';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'ar-pipe-init-')));
afterAll(() => {
  rmSync(root, { recursive: true });
});
const write = (name: string, force = false) =>
  writeStudy({ folder: join(root, name), force, version: '1.2.3' });
const failureOf = (action: () => unknown) => {
  try {
    action();
  } catch (error) {
    if (error instanceof PipelineError) return error.failure;
    throw error;
  }
  throw new Error('nothing was refused');
};

test('a new folder gets the whole study', () => {
  const { name, files, kept } = write('deep/my-study');
  expect(name).toBe('my-study');
  expect(kept).toEqual([]);
  expect(files).toEqual(
    expect.arrayContaining([
      '.gitignore',
      'package.json',
      'pipeline.ts',
      'stages/fit.ts',
      'data/cars.csv',
      'tsconfig.json',
    ]),
  );
  expect(readFileSync(join(root, 'deep/my-study/README.md'), 'utf8')).toMatch(/^# my-study\n/);
});

test('a folder that holds something is refused and left alone', () => {
  mkdirSync(join(root, 'full'));
  writeFileSync(join(root, 'full/thesis.tex'), 'x');
  expect(failureOf(() => write('full'))).toMatchObject({
    reason: 'usage',
    message: expect.stringContaining('it holds thesis.tex') as string,
    hint: expect.stringContaining('--force') as string,
  });
  expect(readdirSync(join(root, 'full'))).toEqual(['thesis.tex']);
});

test('forced, it keeps every file that was there', () => {
  mkdirSync(join(root, 'half'));
  writeFileSync(join(root, 'half/package.json'), '{}');
  const { files, kept, packages } = write('half', true);
  expect(kept).toEqual(['package.json']);
  expect(files).toContain('pipeline.ts');
  expect(readFileSync(join(root, 'half/package.json'), 'utf8')).toBe('{}');
  expect(packages).toContainEqual(expect.stringMatching(/^zod@/));
});

test('a new git repository counts as empty', () => {
  mkdirSync(join(root, 'fresh/.git'), { recursive: true });
  expect(write('fresh').kept).toEqual([]);
});

test('a file in the way is named', () => {
  writeFileSync(join(root, 'file'), '');
  expect(failureOf(() => write('file'))).toMatchObject({ reason: 'usage', message: /file is in the way/ });
  expect(failureOf(() => write('file/below'))).toMatchObject({ reason: 'usage' });
});

test('packages of a new study are of the versions that this project is tested with', () => {
  const manifest = (path: string) =>
    JSON.parse(readFileSync(join(import.meta.dirname, '../..', path), 'utf8')) as {
      readonly dependencies?: Record<string, string>;
      readonly devDependencies: Record<string, string>;
    };
  const { dependencies, devDependencies } = manifest('templates/study/_package.json');
  const own = manifest('package.json').devDependencies;
  for (const [name, range] of Object.entries({ ...dependencies, ...devDependencies })) {
    const digits = (text: string) => text.replace(/^\^/, '').split('.').slice(0, 2).join('.');
    expect({ name, version: digits(range) }).toEqual({ name, version: digits(own[name]!) });
  }
});
