/** `exec`: one step by itself, for debugging. */
import { readFileSync, realpathSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { canTrace } from './kill-points.ts';
import type { Project } from './project.ts';
import { study } from './study.ts';

let project: Project;
beforeEach(() => {
  project = study();
});
afterEach(() => {
  project.close();
});

test('runs the step with its needs in a folder that stays, and stores nothing', async () => {
  await project.run(['text']);
  const { status, stdout, stderr } = await project.ap(['exec', 'count/a']);
  expect(status).toBe(0);
  expect(stdout).toBe('cache/exec/count+a/out/count.json\ncache/exec/count+a/out/notes.txt\n');
  expect(stderr).toContain('1/1 text  n 2');
  expect(stderr).toContain('nothing is stored for it yet');
  expect(JSON.parse(project.read('cache/exec/count+a/out/count.json'))).toEqual({ word: 'a', n: 2 });
  expect(project.read('cache/exec/count+a/in/text/text.txt')).toBe('a b a c');
  expect((await project.json(['show', 'count/a']))['state']).toBe('stale');
});

test('shows the log as it is written, and compares with the stored result', async () => {
  await project.run();
  const { stderr } = await project.ap(['exec', 'text']);
  expect(stderr).toContain('writing the text\n');
  expect(stderr).toContain('its outputs are those of the stored result');
  project.edit('stages/text.ts', 'params.text)', 'params.text + Date.now())');
  await project.run();
  expect(await project.json(['exec', 'text'])).toMatchObject({ ok: true, differing: ['text.txt'] });
});

test('a failure is told like that of a run, with status 1', async () => {
  await project.run(['text']);
  project.edit('stages/count.ts', 'const n =', "throw new Error('broken');\n    const n =");
  const { status, stderr } = await project.ap(['exec', 'count/a']);
  expect(status).toBe(1);
  expect(stderr).toContain('count/a failed: broken');
  expect(stderr).toMatch(/at stages\/count\.ts:\d+:\d+/);
  expect(stderr).toContain('job folder cache/exec/count+a');
});

test('names the needs that are not fresh', async () => {
  const { status, stderr } = await project.ap(['exec', 'table']);
  expect(status).toBe(2);
  expect(stderr).toContain('2 steps it needs are not fresh');
  expect(stderr).toContain('ar-pipe run count/a count/b');
});

test('--inspect waits for a debugger, with a map to the TypeScript, and can be interrupted', async () => {
  await project.run(['text']);
  const started = project.start(['exec', 'count/a', '--inspect', '0']);
  await started.saw('Debugger listening on ws://');
  const map = JSON.parse(project.read('cache/exec/count+a/stage.mjs.map')) as { sources: string[] };
  expect(map.sources).toContain(`file://${realpathSync(project.path('stages/count.ts'))}`);
  expect(readFileSync(project.path('cache/exec/count+a/stage.mjs'), 'utf8')).toContain('stage.mjs.map');
  started.child.kill('SIGINT');
  expect((await started.ended).status).toBe(130);

  const refused = await project.ap(['exec', 'length', '--inspect']);
  expect(refused.status).toBe(2);
  expect(refused.stderr).toContain('length is a command');
});

test.skipIf(!canTrace)(
  'audit names what a step reads beside its needs, and what it writes elsewhere',
  async () => {
    await project.run(['text']);
    expect(await project.json(['audit', 'count/a'])).toMatchObject({
      ok: true,
      undeclared: [],
      wrote: [],
      unread: [],
    });
    expect(await project.json(['audit', 'length'])).toMatchObject({ ok: true, undeclared: [], wrote: [] });
    const secret = project.path('data/secret.txt');
    project.write({ 'data/secret.txt': 'x' });
    project.edit(
      'stages/count.ts',
      'const n =',
      `readFileSync('${secret}');\n    writeFileSync('${project.path('left.txt')}', '');\n    const n =`,
    );
    const { status, stdout } = await project.ap(['audit', 'count/a']);
    expect(status).toBe(1);
    expect(stdout).toMatch(/count\/a read 1 file that it does not declare:\n {2}data\/secret.txt\n/);
    expect(stdout).toMatch(/it wrote outside of its own folder:\n {2}left.txt\n/);
    expect(stdout).toMatch(/left out: files \d+ of Node, ar-pipe and the bundle/);
  },
);

test('audit says kindly where there is no strace', async () => {
  await project.run(['text']);
  const { status, stderr } = await project.ap(['audit', 'count/a'], { PATH: '/nowhere' });
  expect(status).toBe(2);
  expect(stderr).toMatch(/audit watches a step with strace, and strace is not installed\n {2}install it/);
});
