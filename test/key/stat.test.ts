import { expect, test } from 'vitest';
import { isSettled } from '../../src/key/stat.ts';

const now = 2_000_000_000_500;
const ns = (ms: number, rest = '000000'): string => `${ms}${rest}`;

test.each([
  ['a file written long ago', `5:${ns(now - 9000)}:${ns(now - 9000)}:7`, true],
  ['one written just now', `5:${ns(now - 100)}:${ns(now - 100)}:7`, false],
  ['one from the future', `5:${ns(now + 9000)}:${ns(now - 9000)}:7`, false],
  [
    'one whose time was set back, where the clock is fine',
    `5:${ns(now - 9000)}:${ns(now - 100, '123456')}:7`,
    true,
  ],
  [
    'one whose time was set back, where the clock counts seconds',
    `5:${ns(now - 9000)}:${ns(now - 500)}:7`,
    false,
  ],
  ['the same two seconds later', `5:${ns(now - 9000)}:${ns(now - 2500)}:7`, true],
  ['a folder whose time was set back', `dir:5:${ns(now - 9000)}:${ns(now - 500)}:7`, false],
  ['a file of the store, which has no such time', `5:${ns(now - 9000)}:7000000000`, true],
])('%s', (_, signature, settled) => {
  expect(isSettled(signature, now)).toBe(settled);
});
