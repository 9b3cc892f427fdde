/** A forgotten `await` before a file is written: the whole file is stored, or the step fails. */
import { afterAll, expect, test } from 'vitest';
import { fs, Rig } from './rig.ts';

const rig = new Rig();
afterAll(() => rig.close());

const bytes = 8_000_000;

test.each([
  ['a promise', `void fs.promises.writeFile(c.out('a.txt'), 'x'.repeat(${bytes}));`],
  ['a callback', `fs.writeFile(c.out('a.txt'), 'x'.repeat(${bytes}), () => {});`],
  [
    'a stream',
    `const s = fs.createWriteStream(c.out('a.txt')); for (let i = 0; i < 8000; i++) s.write('x'.repeat(1000)); s.end();`,
  ],
])('%s', async (_, body) => {
  const ran = await rig.run(rig.pool(), rig.job(rig.bundle(body, fs)));
  expect(ran.failure).toBeUndefined();
  expect(ran.text('a.txt')).toHaveLength(bytes);
  expect(ran.log).toContain('file operations that the stage did not wait for');
});

test('one that fails fails the step', async () => {
  const body = `fs.writeFileSync(c.out('a.txt'), ''); void fs.promises.writeFile('/nowhere/a.txt', '');`;
  const ran = await rig.run(rig.pool(), rig.job(rig.bundle(body, fs)));
  expect(ran.failure?.message).toContain(`no such file or directory, open '/nowhere/a.txt'`);
});
