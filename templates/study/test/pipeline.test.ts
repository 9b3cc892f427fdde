import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';

/** Declares every step as a run would, and runs none. */
test('the pipeline can be loaded', () => {
  const printed = execFileSync(process.execPath, ['node_modules/ar-pipe/bin/ar-pipe.js', 'list', '--json']);
  const { targets } = JSON.parse(printed.toString()) as { targets: { target: string }[] };
  expect(targets.map(({ target }) => target)).toEqual(expect.arrayContaining(['table', 'figure', 'best']));
}, 30_000);
