/** `watch` with the real command line: what makes it run again, and how it ends. */
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Event } from '../../src/core/events.ts';
import type { Project, Started } from './project.ts';
import { study } from './study.ts';

let project: Project;
let watching: Started | undefined;
beforeEach(() => {
  project = study();
});
afterEach(async () => {
  watching?.child.kill('SIGKILL');
  await watching?.ended;
  watching = undefined;
  project.close();
});

interface Watch {
  /** What comes after everything that was asked for before; resolves once `enough` of it has come. */
  until(this: void, enough: (output: string) => boolean): Promise<string>;
  readonly started: Started;
}

function watch(...args: string[]): Watch {
  const started = project.start(['watch', ...args, '--json']);
  watching = started;
  let output = '';
  let look = (): void => undefined;
  for (const stream of [started.child.stdout!, started.child.stderr!]) {
    stream.on('data', (text: string) => {
      output += text;
      look();
    });
  }
  return {
    started,
    until: (enough) =>
      new Promise((found) => {
        look = () => {
          if (!enough(output)) return;
          found(output);
          output = '';
          look = () => undefined;
        };
        look();
      }),
  };
}

const waiting = (output: string): boolean => output.includes('waiting for a change');
const built = (output: string): string[] =>
  output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Event)
    .flatMap((event) => (event.event === 'step-finished' && event.outcome === 'built' ? [event.step] : []))
    .sort();

test('runs, then again after an edit, and rebuilds only what it concerns', async () => {
  const { until } = watch('table');
  expect(built(await until(waiting))).toEqual(['count/a', 'count/b', 'table', 'text']);
  project.edit('stages/table.ts', '\\n', ';\\n');
  const second = await until(waiting);
  expect(second).toContain('stages/table.ts changed: running again');
  expect(built(second)).toEqual(['table']);
});

test('shows a syntax error, waits, and goes on when it is mended, also in another file', async () => {
  const { until } = watch('table');
  await until(waiting);
  project.write({ 'stages/lib/new.ts': 'export const letters = ;' });
  project.edit('stages/lib/is-word.ts', './letters.ts', './new.ts');
  expect(await until(waiting)).toContain('Unexpected \\";\\"');
  project.write({ 'stages/lib/new.ts': 'export const letters = /[a-y]/;' });
  expect(built(await until(waiting))).toEqual(['count/a', 'count/b']);
});

test('waits for an import that is not there yet', async () => {
  project.edit('stages/lib/is-word.ts', './letters.ts', './other/new.ts');
  const { until } = watch('table');
  expect(await until(waiting)).toContain('Could not resolve');
  mkdirSync(project.path('stages/lib/other'));
  project.write({ 'stages/lib/other/new.ts': 'export const letters = /[a-z]/;' });
  expect(built(await until((output) => waiting(output) && !output.includes('Could not')))).toHaveLength(4);
});

test('notices files that editors replace, that go away and that come back', async () => {
  const { until } = watch('table');
  await until(waiting);
  project.write({ 'stages/.table.ts.swp': project.read('stages/table.ts').replace('\\n', ';\\n') });
  renameSync(project.path('stages/.table.ts.swp'), project.path('stages/table.ts'));
  expect(built(await until(waiting))).toEqual(['table']);
  renameSync(project.path('stages'), project.path('away'));
  expect(await until(waiting)).toContain('Could not resolve');
  renameSync(project.path('away'), project.path('stages'));
  expect(await until(waiting)).toContain('"ok":true');
});

const slowStage = `import { existsSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { defineStage } from 'ar-pipe';

export default defineStage({
  outputs: ['a.txt'],
  async run({ out, signal }) {
    writeFileSync('GATE.started', '');
    while (!existsSync('GATE') && !signal.aborted) await setTimeout(20);
    signal.throwIfAborted();
    writeFileSync(out('a.txt'), 'first');
  },
});
`;

function writeSlowProject(): void {
  const gate = project.path('gate');
  project.write({
    'stages/slow.ts': slowStage.replaceAll('GATE', gate),
    'pipeline.ts': `import { pipeline, step } from 'ar-pipe';
import slow from './stages/slow.ts';
export default pipeline({ targets: () => ({ slow: step('slow', slow) }) });
`,
  });
}

test('stops a run that is out of date, and starts it anew', async () => {
  writeSlowProject();
  const { until } = watch();
  await until((output) => output.includes('step-started'));
  project.edit('stages/slow.ts', "'first'", "'second'");
  const stopped = await until((output) => output.includes('"ok":false'));
  expect(stopped).toContain('stages/slow.ts changed: this run is out of date and is being stopped');
  expect(stopped).toContain('"reason":"stopped"');
  project.write({ gate: '' });
  expect(built(await until(waiting))).toEqual(['slow']);
  expect(project.read('artifacts/slow/a.txt')).toBe('second');
});

test('Ctrl-C ends it with 130: at once while it waits, with the run while one goes on', async () => {
  const idle = watch('table');
  await idle.until(waiting);
  idle.started.child.kill('SIGINT');
  expect((await idle.started.ended).status).toBe(130);

  writeSlowProject();
  const busy = watch();
  await busy.until((output) => output.includes('step-started'));
  busy.started.child.kill('SIGINT');
  const { status, stdout } = await busy.started.ended;
  expect(status).toBe(130);
  expect(stdout).toContain('run-finished');
});

test('a run ends with the watch that started it, however that ended', async () => {
  writeSlowProject();
  const { until, started } = watch();
  await until((output) => output.includes('step-started'));
  started.child.kill('SIGKILL');
  // Its output is closed once the run is gone too.
  expect((await started.ended).stdout).toContain('run-finished');
});

test('local inputs by the thousand, replaced all at once, end in a run of the newest', async () => {
  const files = (version: string): Record<string, string> =>
    Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`data/${i}.txt`, `${version} ${i}\n`]));
  project.write({
    ...files('one'),
    'pipeline.ts': `import { command, file, pipeline, step } from 'ar-pipe';
const join = command({ run: 'cat {needs.data}/*.txt | sort | head -1 > {out.all}', needs: { data: 'data' }, outputs: { all: 'all.txt' } });
export default pipeline({ targets: () => ({ all: step('all', join, { needs: { data: file('data/') } }) }) });
`,
  });
  const { until } = watch();
  await until(waiting);
  expect(project.read('artifacts/all/all.txt')).toBe('one 0\n');
  rmSync(project.path('data'), { recursive: true });
  project.write(files('two'));
  // A slow machine may see the change in two halves: what counts is how it ends.
  const shows = (text: string) => (output: string) =>
    waiting(output) &&
    existsSync(project.path('artifacts/all/all.txt')) &&
    project.read('artifacts/all/all.txt') === text;
  const second = await until(shows('two 0\n'));
  expect(second).toMatch(/ and \d+ more changed: running again/);
  project.write({ 'data/new.txt': 'a new one\n' });
  await until(shows('a new one\n'));
});
