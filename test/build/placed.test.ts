import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openPlaced } from '../../src/build/placed.ts';

let state: string;
let folder: string;
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'ar-pipe-placed-'));
  folder = join(state, 'artifacts/a target');
  mkdirSync(folder, { recursive: true });
});
afterEach(() => {
  rmSync(state, { recursive: true });
});

function write(name: string, text: string, age = 60): void {
  writeFileSync(join(folder, name), text);
  const then = Date.now() / 1000 - age;
  utimesSync(join(folder, name), then, then);
}

function placed(): void {
  write('a.svg', 'a');
  write('b.csv', 'b');
  openPlaced(state).note(folder, 'this', ['a.svg', 'b.csv']);
}

it('knows the files of a folder that nobody touched since', () => {
  placed();
  expect(openPlaced(state).untouched(folder, 'this')).toEqual(['a.svg', 'b.csv']);
});

it.each([
  ['made from something else', () => undefined, 'other'],
  [
    'of which a file was edited',
    () => {
      write('b.csv', 'c');
    },
    'this',
  ],
  [
    'of which a file is gone',
    () => {
      rmSync(join(folder, 'a.svg'));
    },
    'this',
  ],
])('looks again at a folder %s', (_what, change, madeFrom) => {
  placed();
  change();
  expect(openPlaced(state).untouched(folder, madeFrom)).toBeUndefined();
});

it('does not rely on the stat of a file that was written a moment ago', () => {
  placed();
  write('a.svg', 'new', 0);
  openPlaced(state).note(folder, 'next', ['a.svg', 'b.csv']);
  expect(openPlaced(state).untouched(folder, 'next')).toBeUndefined();
});

it('knows nothing once its memory is gone', () => {
  placed();
  rmSync(join(state, 'placed'));
  expect(openPlaced(state).untouched(folder, 'this')).toBeUndefined();
});
