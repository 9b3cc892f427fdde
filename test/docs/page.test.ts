/** The reader of pages itself: what it must notice. */
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { blocksOf, carryOut, changed, difference } from './page.ts';

const place = { folder: tmpdir(), env: process.env, instead: () => undefined };

test('blocks know their language, file and line', () => {
  expect(blocksOf('a\n\n```ts file=x.ts\n1\n```\n\n```console\n$ true\n```\n')).toEqual([
    { language: 'ts', file: 'x.ts', text: '1\n', line: 3 },
    { language: 'console', file: undefined, text: '$ true\n', line: 7 },
  ]);
});

test('outputs may differ in times, dates and digests, and in nothing else', () => {
  expect(difference(['built in 2 s'], 'built in 15 ms\n')).toBeUndefined();
  expect(difference(['…', '8 built'], 'a\nb\n8 built\n')).toBeUndefined();
  expect(difference(['a …'], 'a b c')).toBeUndefined();
  expect(difference(['8 built'], '7 built\n')).toContain("'7 built' was printed");
  expect(difference(['…', '8 built'], 'a\n7 built\n')).toContain('was not printed');
  expect(difference(['a'], 'a\nb\n')).toContain('is not shown');
});

test('a change must fit once', () => {
  expect(changed('a\nb\nc\n', ' a\n-b\n+B\n')).toBe('a\nB\nc\n');
  expect(() => changed('b\nb\n', '-b\n+c\n')).toThrow('exactly once');
  expect(() => changed('a\n', '-b\n')).toThrow('exactly once');
});

test('a command that fails is noticed, and so is one that should', () => {
  const block = (text: string) => ({ language: 'console', file: undefined, text, line: 1 });
  expect(carryOut(block('$ echo a\na\n'), place)).toBe('done');
  expect(() => carryOut(block('$ echo a\nb\n'), place)).toThrow("'b' is shown");
  expect(() => carryOut(block('$ exit 3\n'), place)).toThrow('ended with 3');
  expect(carryOut(block('$ exit 3  # exit 3\n'), place)).toBe('done');
  expect(() => carryOut(block('$ true  # exit 1\n'), place)).toThrow('ended with 0');
});
