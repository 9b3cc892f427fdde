import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { firstDifference } from '../../src/key/difference.ts';
import { temporaryFolder } from '../store/temporary-folder.ts';

const mib = 1 << 20;

it.each([
  ['equal files', Buffer.from('abc'), Buffer.from('abc'), undefined],
  ['empty files', Buffer.alloc(0), Buffer.alloc(0), undefined],
  ['the first byte', Buffer.from('abc'), Buffer.from('xbc'), 0],
  ['the last byte', Buffer.from('abc'), Buffer.from('abx'), 2],
  ['a longer one', Buffer.from('abc'), Buffer.from('abcd'), 3],
  ['an empty one', Buffer.alloc(0), Buffer.from('a'), 0],
  ['equal files of exactly one chunk', Buffer.alloc(mib), Buffer.alloc(mib), undefined],
  ['one that goes on after a chunk', Buffer.alloc(mib), Buffer.alloc(mib + 1), mib],
  ['a byte in a later chunk', Buffer.alloc(3 * mib), Buffer.alloc(3 * mib).fill(1, 2 * mib + 5), 2 * mib + 5],
])('compares %s', async (_what, a, b, at) => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'a'), a);
  writeFileSync(join(folder, 'b'), b);
  expect(await firstDifference(join(folder, 'a'), join(folder, 'b'))).toBe(at);
  expect(await firstDifference(join(folder, 'b'), join(folder, 'a'))).toBe(at);
});
