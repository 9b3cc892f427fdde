import { expect, it } from 'vitest';
import { flagsOf } from '../../src/cli/commands/watch.ts';
import { changedText, waitingText } from '../../src/watch/words.ts';

it('says what changed and what follows', () => {
  expect(changedText('/p', ['/p/stages/b.ts', '/p/pipeline.ts'], false)).toBe(
    'pipeline.ts and stages/b.ts changed: running again',
  );
  expect(changedText('/p', ['/p/a', '/p/b', '/p/c', '/p/d', '/p/e'], true)).toBe(
    'a, b, c and 2 more changed: this run is out of date and is being stopped',
  );
  // A file that is replaced changes its folder too.
  expect(changedText('/p', ['/p', '/p/stages', '/p/stages/b.ts'], false)).toBe(
    'stages/b.ts changed: running again',
  );
  expect(changedText('/p', ['/p'], false)).toBe('the project folder changed: running again');
});

it('says what it waits for', () => {
  const paths = new Set(['/p/pipeline.ts', '/p/stages/a.ts', '/p/package.json']);
  expect(waitingText('/p', 'pipeline.ts', { paths, patterns: new Set(['data/*.csv']) })).toBe(
    'waiting for a change to pipeline.ts, 1 more source file, data/*.csv or the installed packages; Ctrl-C ends',
  );
});

it('hands the flags on to the run', () => {
  const given = {
    color: false,
    json: true,
    quiet: undefined,
    jobs: '2',
    onFailure: 'continue',
    set: ['a.x=1', 'b.y=-2'],
    directory: '../study',
  };
  expect(flagsOf(given)).toEqual([
    ...['--no-color', '--json', '--jobs', '2', '--on-failure', 'continue'],
    ...['--set', 'a.x=1', '--set', 'b.y=-2', '--directory', '../study'],
  ]);
  expect(flagsOf({ color: true, verbose: true })).toEqual(['--verbose']);
});
