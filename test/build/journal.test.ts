import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openJournal } from '../../src/build/journal.ts';
import { cases, fc } from '../properties.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ar-pipe-journal-'));
  path = join(folder, 'state/journal');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const big = (letter: string): string => letter.repeat(300_000);
const names = fc.constantFrom('a', 'b/c', 'd=1.5', '_', 'toString');
const lines = fc.array(
  fc.tuple(
    names,
    fc.string({ unit: 'grapheme' }).map((text) => text.replace(/\n/g, '')),
  ),
);

describe('openJournal', () => {
  it('gives the last text of each name, also through several writers', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), lines), { maxLength: 4 }), (rounds) => {
        rmSync(path, { force: true });
        const writers = [openJournal(path), openJournal(path)] as const;
        const expected = new Map<string, string>();
        for (const [which, some] of rounds)
          for (const [name, text] of some) {
            writers[Number(which) as 0 | 1].add(name, text);
            expected.set(name, text);
          }
        const read = openJournal(path);
        for (const [name, text] of expected) expect(read.get(name)).toBe(text);
        expect(read.get('other')).toBeUndefined();
      }),
      cases(30),
    );
  });

  it('believes what is whole, wherever a crash cut the file off, and goes on after it', () => {
    const writer = openJournal(path);
    writer.add('a', 'one');
    const first = statSync(path).size;
    writer.add('a', 'two');
    writer.add('b', 'three');
    const whole = readFileSync(path);
    for (let size = 0; size < whole.length - 1; size++) {
      writeFileSync(path, whole.subarray(0, size));
      const cut = openJournal(path);
      expect(cut.get('b')).toBeUndefined();
      expect([undefined, 'one', 'two']).toContain(cut.get('a'));
      if (size >= first) expect(cut.get('a')).toBeDefined();
      cut.add('c', 'later');
      expect(openJournal(path).get('c')).toBe('later');
      expect(openJournal(path).get('a')).toBe(cut.get('a'));
    }
  });

  it('passes over a line with a flipped byte: the one before counts', () => {
    const writer = openJournal(path);
    writer.add('a', 'one');
    const start = statSync(path).size;
    writer.add('a', 'two');
    const whole = readFileSync(path);
    for (let at = start; at < whole.length; at++) {
      const bytes = Buffer.from(whole);
      bytes[at]! ^= 4;
      writeFileSync(path, bytes);
      expect(openJournal(path).get('a')).toBe('one');
    }
  });

  it('knows nothing where there is no file, and makes it with its folder', () => {
    expect(openJournal(path).get('a')).toBeUndefined();
    openJournal(path).add('a', 'x');
    expect(openJournal(path).get('a')).toBe('x');
  });

  it('goes on when the file is removed under it', () => {
    const writer = openJournal(path);
    writer.add('a', 'x');
    rmSync(folder, { recursive: true });
    writer.add('b', 'y');
    expect(openJournal(path).get('b')).toBe('y');
  });

  it('leaves out what was outlived once that is most of a large file', () => {
    const writer = openJournal(path);
    for (const letter of 'uvwxyz') writer.add('a', big(letter));
    writer.add('b', 'kept');
    openJournal(path).add('c', 'new');
    expect(statSync(path).size).toBeLessThan(310_000);
    const read = openJournal(path);
    expect([read.get('a')?.[0], read.get('b'), read.get('c')]).toEqual(['z', 'kept', 'new']);
  });

  it('tells texts of any length', () => {
    const texts = [1, 1 << 20, (3 << 20) + 1, 5].map((length) => 'ü'.repeat(length));
    const writer = openJournal(path);
    for (const [i, text] of texts.entries()) writer.add(`n${i}`, text);
    const read = openJournal(path);
    for (const [i, text] of texts.entries()) expect(read.get(`n${i}`) === text).toBe(true);
  });

  it('loses nothing of a writer that does not know that the file was written anew', () => {
    const old = openJournal(path);
    for (const letter of 'uvwxyz') old.add('a', big(letter));
    openJournal(path).add('b', 'from the one who wrote it anew');
    old.add('c', 'from the old one');
    const read = openJournal(path);
    expect([read.get('a')?.[0], read.get('b'), read.get('c')]).toEqual([
      'z',
      'from the one who wrote it anew',
      'from the old one',
    ]);
  });

  it('leaves no line out that was cut off when a large file is written anew', () => {
    const writer = openJournal(path);
    for (const letter of 'uvwxyz') writer.add('a', big(letter));
    appendFileSync(path, '12345678 b half of a li');
    openJournal(path).add('c', 'new');
    const read = openJournal(path);
    expect([read.get('a')?.[0], read.get('b'), read.get('c')]).toEqual(['z', undefined, 'new']);
    truncateSync(path, 0);
    expect(openJournal(path).get('c')).toBeUndefined();
  });
});
