/** Which code a pipeline is declared with: the project's own under any name, and packages where they help to declare. */
import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { createCoder, type Coder } from '../../src/key/code.ts';
import { findProject } from '../../src/pipeline/project.ts';
import { temporaryFolder } from '../store/temporary-folder.ts';

let root = '';
beforeEach(() => {
  root = realpathSync(temporaryFolder());
});

function write(files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
}

const coderOf = (folder: string): Coder => createCoder(join(root, folder), join(root, folder, 'cache'));

async function defaultOf({ bundle }: { readonly bundle: string }): Promise<unknown> {
  return ((await import(bundle)) as { readonly default: unknown }).default;
}

const tool = (folder: string, version: string): Record<string, string> => ({
  [`${folder}/node_modules/tool/package.json`]: `{"name":"tool","version":"${version}","type":"module","exports":"./index.js"}`,
  [`${folder}/node_modules/tool/index.js`]: `export const version = '${version}';\n`,
});

test('a path alias leads pipeline.ts to code of the project', async () => {
  write({
    'package.json': '{"type":"module"}',
    'tsconfig.json': '{"compilerOptions":{"paths":{"@/*":["./src/*"]}}}',
    'src/words.ts': `export const words = ['a', 'b'];\n`,
    'pipeline.ts': `import { words } from '@/words.js';\nexport default words;\n`,
  });
  expect(await defaultOf(await coderOf('.').pipeline('pipeline.ts'))).toEqual(['a', 'b']);
});

test('packages that declare steps are the true ones, also behind helpers; those of stages are not loaded', async () => {
  write({
    ...tool('.', '1.0.0'),
    'node_modules/heavy/package.json': '{"name":"heavy","main":"index.js"}',
    'node_modules/heavy/index.js': 'throw new Error("loaded");\n',
    'package.json': '{"type":"module"}',
    'stage.ts': `import heavy from 'heavy';\nimport { net } from './net.ts';\nconst defineStage = (x: unknown) => x;\nexport default defineStage([heavy, net]);\n`,
    'net.ts': `import heavy from 'heavy';\nexport const net = heavy.net(1);\n`,
    'helper.ts': `import { version } from 'tool';\nexport const help = () => version;\n`,
    'pipeline.ts': `import { help } from './helper.ts';\nimport { version } from 'tool';\nimport './stage.ts';\nexport default [version, help()];\n`,
  });
  expect(await defaultOf(await coderOf('.').pipeline('pipeline.ts'))).toEqual(['1.0.0', '1.0.0']);
});

test('a package of the workspace uses the versions that it depends on', async () => {
  write({
    ...tool('packages/lib', '2.0.0'),
    ...tool('packages/study', '1.0.0'),
    'packages/lib/package.json': '{"name":"@org/lib","type":"module","exports":"./index.ts"}',
    'packages/lib/index.ts': `export { version } from 'tool';\n`,
    'packages/study/package.json': '{"type":"module"}',
    'packages/study/stage.ts': `import { version } from '@org/lib';\nimport * as tool from 'tool';\nexport default [version, tool.version];\n`,
    'packages/study/pipeline.ts': `import { version } from '@org/lib';\nexport default version;\n`,
  });
  mkdirSync(join(root, 'node_modules/@org'), { recursive: true });
  symlinkSync('../../packages/lib', join(root, 'node_modules/@org/lib'));
  const coder = coderOf('packages/study');
  const stages = await coder.stages(['stage.ts']);
  expect(await defaultOf(stages.get('stage.ts')!)).toEqual(['2.0.0', '1.0.0']);
  expect(await defaultOf(await coder.pipeline('pipeline.ts'))).toBe('2.0.0');
});

test('a project that is reached through a link, its pipeline by a roundabout name', async () => {
  write({
    ...tool('real/study', '1.0.0'),
    'real/study/package.json': '{"type":"module"}',
    'real/words.ts': `export const words = ['a', 'b'];\n`,
    'real/study/pipeline.ts': `import { words } from '../words.ts';\nimport { version } from 'tool';\nexport default [version, ...words];\n`,
  });
  symlinkSync('real/study', join(root, 'link'));
  const { folder, state, pipelineFile } = findProject(join(root, 'link'), './pipeline.ts');
  const sources: string[] = [];
  const coder = createCoder(folder, state, (paths) => sources.push(...paths));
  expect(await defaultOf(await coder.pipeline(pipelineFile))).toEqual(['1.0.0', 'a', 'b']);
  expect(sources).toContain(join(root, 'real/words.ts'));
});
