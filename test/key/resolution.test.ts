/** What a bundle was made from beside its sources: packages and configurations, wherever they lie, are looked at again. */
import { mkdirSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { createCoder } from '../../src/key/code.ts';
import { temporaryFolder } from '../store/temporary-folder.ts';

let root: string;
let project: string;
beforeEach(() => {
  root = temporaryFolder();
  project = join(root, 'apps/study');
  write('apps/study/package.json', '{"type":"module"}');
});

function write(name: string, text: string): void {
  mkdirSync(dirname(join(root, name)), { recursive: true });
  writeFileSync(join(root, name), text);
}

const install = (folder: string, version: string): void => {
  write(`${folder}/package.json`, JSON.stringify({ name: 'dep', version, type: 'module', main: 'index.js' }));
  write(`${folder}/index.js`, `export const version = '${version}';`);
};

/** The digest of a stage's code; all files are long settled then, so that the next look trusts them by their stat. */
async function digest(): Promise<string> {
  for (const name of ['', ...readdirSync(root, { recursive: true, encoding: 'utf8' })])
    if (!name.includes('cache') && statSync(join(root, name)).mtimeMs > 1e12)
      utimesSync(join(root, name), 1e9, 1e9);
  const frozen = await createCoder(project, join(project, 'cache')).stages(['stage.ts']);
  return frozen.get('stage.ts')!.digest;
}

/** Remembered with all that it was made from: the first look still made a folder beside the stage. */
async function settledDigest(): Promise<string> {
  await digest();
  return digest();
}

const stage = `import { version } from 'dep';\nexport default { run: () => version };\n`;

test.each([
  ['in the project', 'apps/study/node_modules/dep'],
  ['in the folder of a workspace above', 'node_modules/dep'],
])(
  'an upgrade of a package %s changes the code, though no lockfile beside the project does',
  async (_, at) => {
    write('apps/study/stage.ts', stage);
    install(at, '1.0.0');
    const before = await settledDigest();
    expect(await digest()).toBe(before);
    // As after a pull: the lockfile changes first, the packages when somebody installs them.
    write('apps/study/pnpm-lock.yaml', 'dep: 2.0.0');
    expect(await digest()).toBe(before);
    install(at, '2.0.0');
    expect(await digest()).not.toBe(before);
  },
);

test('a dependency of a package counts as well', async () => {
  write('apps/study/stage.ts', stage.replace('dep', 'outer'));
  write('node_modules/outer/package.json', '{"name":"outer","version":"1.0.0","dependencies":{"dep":"*"}}');
  write('node_modules/outer/index.js', '');
  install('node_modules/dep', '1.0.0');
  const before = await settledDigest();
  install('node_modules/dep', '2.0.0');
  expect(await digest()).not.toBe(before);
});

test('a package that is installed nearer to the stage hides the other', async () => {
  write('apps/study/stage.ts', stage);
  install('node_modules/dep', '1.0.0');
  write('apps/study/node_modules/.bin/x', '');
  const before = await settledDigest();
  install('apps/study/node_modules/dep', '2.0.0');
  expect(await digest()).not.toBe(before);
});

test.each(['"../../base.json"', '["./other.json", "../../base"]'])(
  'what tsconfig.json extends as %s decides where imports lead',
  async (base) => {
    const paths = (to: string): string => JSON.stringify({ compilerOptions: { paths: { lib: [to] } } });
    write('apps/study/stage.ts', `import lib from 'lib';\nexport default { run: () => lib };\n`);
    write('one.ts', `export default 'one';`);
    write('two.ts', `export default 'two';`);
    write('apps/study/tsconfig.json', `// ours\n{ "extends": ${base} }`);
    write('apps/study/other.json', '{}');
    write('base.json', paths('./one.ts'));
    const before = await settledDigest();
    write('base.json', paths('./two.ts'));
    expect(await digest()).not.toBe(before);
  },
);

test('tsconfig.json and package.json beside a helper count, wherever it lies', async () => {
  write('apps/study/stage.ts', `import lib from '../../lib/index.ts';\nexport default { run: () => lib };\n`);
  write('lib/index.ts', `import part from '#part';\nexport default part;`);
  write('lib/one.ts', `export default 'one';`);
  write('lib/two.ts', `export default 'two';`);
  write('lib/package.json', '{"imports":{"#part":"./one.ts"}}');
  const before = await settledDigest();
  write('lib/package.json', '{"imports":{"#part":"./two.ts"}}');
  expect(await digest()).not.toBe(before);
  rmSync(join(root, 'lib/two.ts'));
  await expect(digest()).rejects.toThrow('Could not resolve');
});

test('sources to watch leave out packages and what lies above the project', async () => {
  write('apps/study/stage.ts', stage);
  install('node_modules/dep', '1.0.0');
  const told = new Set<string>();
  await createCoder(project, join(project, 'cache'), (paths) => {
    for (const path of paths) told.add(path);
  }).stages(['stage.ts']);
  expect(told).toContain(join(project, 'stage.ts'));
  expect(told).toContain(join(project, 'package-lock.json'));
  expect([...told].filter((path) => !path.startsWith(`${project}/`))).toEqual([]);
});
