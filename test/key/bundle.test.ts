import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buildSync } from 'esbuild';
import { afterAll, expect, test } from 'vitest';
import { BundleError, bundleStage } from '../../src/key/bundle.ts';

const project = realpathSync(mkdtempSync(join(tmpdir(), 'ar-pipe-bundle-')));
afterAll(() => {
  rmSync(project, { recursive: true });
});

test.each([
  ['nowhere', 'npm install nowhere'],
  ['nowhere/deep/file.js', 'npm install nowhere'],
  ['@no/where/deep.js', 'npm install @no/where'],
  ['@tensorflow/tfjs-core', 'ar-pipe doctor'],
])('a stage that imports %s, which is not installed, is told what to do', async (path, remedy) => {
  writeFileSync(join(project, 'stage.ts'), `import value from '${path}';\nexport default value;\n`);
  const error: unknown = await bundleStage(project, 'stage.ts', project).catch((reason: unknown) => reason);
  if (!(error instanceof BundleError)) throw new Error('it was bundled');
  expect(error.failure).toMatchObject({ at: 'stage.ts:1:19', reason: 'pipeline-not-loaded' });
  expect(error.failure.hint).toContain(remedy);
});

/** A package as it is published: bundled, with source maps, but without the sources they lead to. */
function publish(folder: string): void {
  const source = join(folder, 'src/tf/index.ts');
  mkdirSync(dirname(source), { recursive: true });
  writeFileSync(source, '// One line.\n\nexport const where = (): string => import.meta.url;\n');
  buildSync({ entryPoints: [source], outfile: join(folder, 'dist/tf.js'), format: 'esm', sourcemap: true });
  rmSync(join(folder, 'src'), { recursive: true });
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'ar-pipe', type: 'module', exports: { './tf': './dist/tf.js' } }),
  );
}

test.each([
  ['installed', 'study-1/node_modules/ar-pipe', undefined],
  ['linked', 'tool', 'study-2/node_modules/ar-pipe'],
])("'ar-pipe/tf' may look where it lies, also %s; a stage may not", async (_, place, link) => {
  publish(join(project, place));
  const study = join(project, (link ?? place).split('/')[0]!);
  mkdirSync(join(study, 'node_modules'), { recursive: true });
  if (link !== undefined) symlinkSync(join(project, place), join(project, link));
  const stage = (more: string): void => {
    writeFileSync(
      join(study, 'stage.ts'),
      `import { where } from 'ar-pipe/tf';\nexport default [where, ${more}];\n`,
    );
  };
  stage('1');
  expect((await bundleStage(study, 'stage.ts', study)).code).toMatch(/import_meta_url/);
  stage('import.meta.url');
  await expect(bundleStage(study, 'stage.ts', study)).rejects.toThrow('stage.ts uses import.meta.url');
});
