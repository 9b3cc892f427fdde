/** Files that the user may not read: a sentence that names them, and nothing is run. */
import { chmodSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { Project, runOf } from './project.ts';

/** Root reads everything, unless it gives up that right. */
const asUser =
  process.getuid?.() === 0 ? ['setpriv', '--bounding-set', '-dac_override,-dac_read_search'] : [];

const files = {
  'texts/a.txt': 'a',
  'stages/helper.ts': 'export const nothing = () => undefined;\n',
  'stages/stage.ts': `import { defineStage } from 'ar-pipe';
import { nothing } from './helper.ts';
export default defineStage({ needs: { text: 'text.txt' }, outputs: ['x'], run: nothing });
`,
  'pipeline.ts': `import { file, pipeline, step } from 'ar-pipe';
import stage from './stages/stage.ts';
export default pipeline({ name: 'rights', targets: () => ({ a: step('a', stage, { needs: { text: file('texts/a.txt') } }) }) });
`,
};

test('a folder below a glob that may not be read is no reason to go on with fewer files', async () => {
  const project = new Project({
    'texts/a.txt': 'a',
    'texts/locked/b.txt': 'b',
    'pipeline.ts': `import { command, file, many, pipeline, step } from 'ar-pipe';
const cat = command({ run: 'cat {needs.texts} > {out.all}', needs: { texts: many('text.txt') }, outputs: { all: 'all.txt' } });
export default pipeline({ name: 'rights', targets: () => ({ all: step('all', cat, { needs: { texts: file('texts/**/*.txt') } }) }) });
`,
  });
  onTestFinished(() => {
    chmodSync(project.path('texts/locked'), 0o755);
    project.close();
  });
  chmodSync(project.path('texts/locked'), 0);
  const { status, stderr } = await project.start(['run'], {}, asUser).ended;
  expect(stderr).toMatch(/permission denied, .*texts\/locked/);
  expect(status).toBe(2);
  chmodSync(project.path('texts/locked'), 0o755);
  expect((await project.run()).built).toEqual(['all']);
  expect(project.read('artifacts/all/all.txt')).toBe('ab');
});

test.each([
  ['an input', 'texts/a.txt', /permission denied, open '.*\/texts\/a\.txt'/],
  ['a folder with inputs', 'texts', /permission denied, stat '.*\/texts\/a\.txt'/],
  ['a stage', 'stages/stage.ts', /Cannot read file "stages\/stage\.ts": permission denied/],
  ['a helper', 'stages/helper.ts', /Cannot read file "stages\/helper\.ts": permission denied/],
])('%s that may not be read', async (_what, name, message) => {
  const project = new Project(files);
  onTestFinished(() => {
    chmodSync(project.path(name), 0o755);
    project.close();
  });
  chmodSync(project.path(name), 0);
  const told = await project.start(['run'], {}, asUser).ended;
  expect(told.status).toBe(2);
  expect(told.stderr).toMatch(message);
  expect(told.stderr).not.toMatch(/bug|node_modules|dist\//);
  const { events, status } = runOf(await project.start(['run', '--json'], {}, asUser).ended);
  expect(status).toBe(2);
  expect(events).toEqual([expect.objectContaining({ event: 'run-finished', ok: false })]);
});
