/** The code of stages on disk: what was damaged there never runs as the code of a key. */
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeInUse, createCoder, type FrozenCode } from '../../src/key/code.ts';

const project = realpathSync(mkdtempSync(join(tmpdir(), 'ar-pipe-code-')));
const state = join(project, 'cache');
beforeAll(() => {
  const stage = join(project, 'stage.ts');
  writeFileSync(join(project, 'package.json'), '{"type":"module"}');
  writeFileSync(stage, 'export default { run() { return 1 + 1; } };\n');
  // Long settled, so that its bundle is trusted by its stat.
  for (const path of [stage, join(project, 'package.json'), project]) utimesSync(path, 1e9, 1e9);
});
afterAll(() => {
  rmSync(project, { recursive: true });
});

async function freeze(): Promise<{ code: FrozenCode; check: () => void }> {
  const coder = createCoder(project, state);
  const code = (await coder.stages(['stage.ts'])).get('stage.ts')!;
  return {
    code,
    check: () => {
      coder.check(code);
    },
  };
}

test('a bundle that was cut short between two runs is made anew', async () => {
  const { code, check } = await freeze();
  check();
  const text = readFileSync(code.bundle, 'utf8');
  truncateSync(code.bundle, 10);
  const again = await freeze();
  again.check();
  expect(again.code).toEqual(code);
  expect(readFileSync(code.bundle, 'utf8')).toBe(text);
});

test.each<[string, (path: string) => void]>([
  [
    'damaged',
    (path) => {
      writeFileSync(path, readFileSync(path, 'utf8').replace('2', '3'));
    },
  ],
  [
    'removed',
    (path) => {
      rmSync(path);
    },
  ],
  [
    'replaced by a folder',
    (path) => {
      rmSync(path);
      mkdirSync(path);
    },
  ],
])('one that is %s after it was frozen does not run; the next run makes it anew', async (_how, harm) => {
  const { code, check } = await freeze();
  harm(code.bundle);
  expect(check).toThrow(/^cache\/code\/[0-9a-f]{64}\.mjs, the code of the step, is gone or damaged$/);
  const again = await freeze();
  again.check();
});

test('files of code have the time at which they went out of use, or came into use again', async () => {
  const ageOf = (path: string): number => Date.now() - statSync(path).mtimeMs;
  const first = await freeze();
  const files = [first.code.bundle, first.code.map, join(state, 'code', `${first.code.digest}.json`)];
  for (const path of files) utimesSync(path, 1e9, 1e9);
  writeFileSync(join(project, 'stage.ts'), 'export default { run() { return 4; } };\n');
  const second = await freeze();
  expect(files.every((path) => ageOf(path) < 60_000)).toBe(true);
  expect(codeInUse(state)).toEqual(
    new Set(
      [second.code.bundle, second.code.map, `${second.code.digest}.json`].map((path) => basename(path)),
    ),
  );

  for (const path of files) utimesSync(path, 1e9, 1e9);
  writeFileSync(join(project, 'stage.ts'), 'export default { run() { return 1 + 1; } };\n');
  expect((await freeze()).code).toEqual(first.code);
  expect(files.every((path) => ageOf(path) < 60_000)).toBe(true);
});

test('code of a stage that is gone is out of use', async () => {
  writeFileSync(join(project, 'other.ts'), 'export default { run() { return 5; } };\n');
  const code = (await createCoder(project, state).stages(['other.ts'])).get('other.ts')!;
  expect(codeInUse(state)).toContain(basename(code.bundle));
  rmSync(join(project, 'other.ts'));
  writeFileSync(join(project, 'stage.ts'), 'export default { run() { return 6; } };\n');
  await freeze();
  expect(codeInUse(state)).not.toContain(basename(code.bundle));
});
