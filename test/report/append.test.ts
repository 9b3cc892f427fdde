import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { keepNewest } from '../../src/report/append.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ar-pipe-test-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Files of these sizes, oldest first: a.log, b.log, … */
function fill(sizes: readonly number[]): void {
  for (const [i, size] of sizes.entries())
    writeFileSync(join(folder, `${String.fromCharCode(97 + i)}.log`), 'x'.repeat(size));
}
const left = (): string => readdirSync(folder).sort().join(' ');

test.each([
  ['as many as are kept', [1, 1, 1], { files: 3, bytes: 100 }, 'a.log b.log c.log'],
  ['the oldest go first', [1, 1, 1], { files: 2, bytes: 100 }, 'b.log c.log'],
  ['those that do not fit', [40, 40, 40], { files: 3, bytes: 100 }, 'b.log c.log'],
  ['and all that are older', [1, 90, 20], { files: 3, bytes: 100 }, 'c.log'],
  ['the newest, however large', [1, 200], { files: 3, bytes: 100 }, 'b.log'],
])('%s', (_, sizes, kept, expected) => {
  fill(sizes);
  keepNewest(folder, '.log', kept);
  expect(left()).toBe(expected);
});

test('other files stay, and a folder that is not there is no trouble', () => {
  fill([1, 1]);
  writeFileSync(join(folder, 'notes.txt'), '');
  keepNewest(folder, '.log', { files: 0, bytes: 0 });
  expect(left()).toBe('notes.txt');
  keepNewest(join(folder, 'none'), '.log', { files: 1, bytes: 1 });
});

test('what is still written to stays, however many came after it', () => {
  fill([1, 1, 1]);
  keepNewest(folder, '.log', { files: 1, bytes: 100 }, (name) => name === 'a');
  expect(left()).toBe('a.log c.log');
});
