/** The links of a job folder, made anew for one job after the other. */
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { prepareInputs } from '../../src/exec/inputs.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ar-pipe-inputs-'));
  mkdirSync(join(root, 'tmp/job'), { recursive: true });
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

const write = (name: string, text: string): string => {
  const path = join(root, name);
  writeFileSync(path, text);
  return path;
};
const at = (name: string): string => join(root, 'tmp/job/in', name);

/** The links of a job with one need, `data`. */
function prepare(...links: readonly (readonly [name: string, to: string | null, isStored: boolean])[]): void {
  prepareInputs({
    folder: join(root, 'tmp/job'),
    needs: { data: '' },
    links: links.map(([name, to, isStored]) => ({ path: at(name), to, isStored })),
  });
}

test('bytes of the store get a second name, files of the project a symbolic link', () => {
  const [object, local] = [write('object', 'stored'), write('local.txt', 'local')];
  prepare(['data/a.npy', object, true]);
  expect(lstatSync(at('data/a.npy'))).toMatchObject({ ino: statSync(object).ino, nlink: 2 });
  prepare(['data/local.txt', local, false]);
  expect(readdirSync(at('data'))).toEqual(['local.txt']);
  expect(readlinkSync(at('data/local.txt'))).toBe(local);
  expect(statSync(object).nlink).toBe(1);
});

test('a link that leads where the next job wants it stays; another one is put aside', () => {
  const [one, other] = [write('one', '1'), write('other', '2')];
  prepare(['data/x', one, false]);
  const before = lstatSync(at('data/x')).ino;
  prepare(['data/x', one, false]);
  expect(lstatSync(at('data/x')).ino).toBe(before);
  expect(existsSync(join(root, 'tmp/used'))).toBe(false);
  prepare(['data/x', other, false]);
  expect(readFileSync(at('data/x'), 'utf8')).toBe('2');
  expect(readdirSync(join(root, 'tmp/used'))).toHaveLength(1);
});

test('what a job left among its inputs goes, and what they lead to stays', () => {
  const object = write('object', 'stored');
  prepare(['data/0/x', object, true], ['data/folder', null, false]);
  writeFileSync(at('data/scratch'), 'left');
  mkdirSync(at('other need'));
  prepare(['data/0/x', object, true]);
  expect(readdirSync(at(''))).toEqual(['data']);
  expect(readdirSync(at('data'))).toEqual(['0']);
  expect(readFileSync(object, 'utf8')).toBe('stored');
});

test('a file that cannot have another name is pointed to', () => {
  const object = write('object', 'stored');
  // As many names as the file system allows would take long to make: a folder has only one.
  expect(() => {
    linkSync(root, join(root, 'second'));
  }).toThrow(/EPERM/);
  prepare(['data/x', root, true]);
  expect(readlinkSync(at('data/x'))).toBe(root);
  prepare(['data/x', object, true]);
  expect(lstatSync(at('data/x')).isFile()).toBe(true);
});

const memory = '/dev/shm';
const isOther = existsSync(memory) && statSync(memory).dev !== statSync(tmpdir()).dev;
test.skipIf(!isOther)('so is one of another file system (needs /dev/shm)', () => {
  const folder = mkdtempSync(join(memory, 'ar-pipe-inputs-'));
  try {
    writeFileSync(join(folder, 'object'), 'stored');
    prepare(['data/x', join(folder, 'object'), true]);
    expect(readlinkSync(at('data/x'))).toBe(join(folder, 'object'));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
