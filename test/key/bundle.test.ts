import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
  const error: unknown = await bundleStage(project, 'stage.ts').catch((reason: unknown) => reason);
  if (!(error instanceof BundleError)) throw new Error('it was bundled');
  expect(error.failure).toMatchObject({ at: 'stage.ts:1:19', reason: 'pipeline-not-loaded' });
  expect(error.failure.hint).toContain(remedy);
});
