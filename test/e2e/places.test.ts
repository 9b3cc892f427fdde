/** Where a project may lie, and that it may be moved, copied and reached by other ways. */
import { cpSync, mkdirSync, renameSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Project } from './project.ts';

const files = {
  'data file.txt': 'hello',
  'scripts/shout.sh': 'tr a-z A-Z',
  'stages/copy.ts': `import { copyFileSync } from 'node:fs';
import { defineStage } from 'ar-pipe';
export default defineStage({ needs: { data: 'data.txt' }, outputs: ['a.txt'], run: ({ needs, out }) => copyFileSync(needs.data, out('a.txt')) });
`,
  'pipeline.ts': `import { command, file, pipeline, step } from 'ar-pipe';
import copy from './stages/copy.ts';
const shout = command({ run: 'sh scripts/shout.sh < {needs.a} > {out.b}', files: ['scripts/*.sh'], needs: { a: 'a.txt' }, outputs: { b: 'b.txt' } });
const a = step('a', copy, { needs: { data: file('data file.txt') } });
export default pipeline({ name: 'places', targets: () => ({ b: step('b', shout, { needs: { a } }) }) });
`,
};

function projectIn(name?: string): Project {
  const project = new Project(files, name);
  onTestFinished(() => {
    project.close();
  });
  return project;
}

test.each(['a b', `it's "quoted"`, 'new\nline', '100%20', 'h#sh?x', 'ünï😀', '[x](y){z}!*', '$HOME`x`;&'])(
  'a folder called %j',
  async (name) => {
    const project = projectIn(name);
    expect((await project.run()).built).toEqual(['a', 'b']);
    expect(project.read('artifacts/b/b.txt')).toBe('HELLO');
    project.write({ 'data file.txt': 'other' });
    expect((await project.run()).built).toEqual(['a', 'b']);
    expect(project.read('artifacts/b/b.txt')).toBe('OTHER');
    expect((await project.run()).built).toEqual([]);
  },
);

test('moved, copied with its cache, or reached by a link, it is fresh, and notices edits', async () => {
  const project = projectIn();
  await project.run();
  const beside = (name: string): string => join(dirname(project.folder), name);
  cpSync(project.folder, beside('copy'), { recursive: true, verbatimSymlinks: true });
  symlinkSync('copy', beside('link'));
  renameSync(project.folder, beside('moved'));
  for (const name of ['copy', 'link', 'moved']) {
    mkdirSync(project.folder, { recursive: true });
    const told = await project.json(['status', '-C', beside(name)]);
    expect(told['counts']).toEqual({ fresh: 2, stale: 0, pending: 0, failed: 0 });
  }
  project.write({ '../copy/data file.txt': 'other' });
  await project.ap(['run', '-C', beside('link')]);
  expect(project.read('../copy/artifacts/b/b.txt')).toBe('OTHER');
  expect(project.read('../moved/artifacts/b/b.txt')).toBe('HELLO');
});

test('a cache that is a link to elsewhere is refused with what to do instead', async () => {
  const project = projectIn();
  mkdirSync(project.path('../elsewhere'));
  symlinkSync('../elsewhere', project.path('cache'));
  const { status, stderr } = await project.ap(['run']);
  expect(status).toBe(2);
  expect(stderr).toMatch(
    /^ar-pipe: cache is a link to .*elsewhere, from where the project's packages are not found\n.*AR_PIPE_CACHE/,
  );
});
