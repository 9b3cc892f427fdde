import { expect, it } from 'vitest';
import { commonOptions } from '../../src/cli/options.ts';

const terminal = { stdout: { isTTY: true }, stderr: { isTTY: true } };
const colors = (env: NodeJS.ProcessEnv, given = {}, streams: object = terminal): boolean[] => {
  const { color, errorColor } = commonOptions(given, env, streams as typeof terminal);
  return [color, errorColor];
};

it('has colours where each stream is a terminal', () => {
  expect(colors({})).toEqual([true, true]);
  expect(colors({}, {}, { stdout: {}, stderr: { isTTY: true } })).toEqual([false, true]);
});

it('has none where they are not wanted or not understood', () => {
  expect(colors({ NO_COLOR: '1' })).toEqual([false, false]);
  expect(colors({ NO_COLOR: '' })).toEqual([true, true]);
  expect(colors({ TERM: 'dumb' })).toEqual([false, false]);
  expect(colors({}, { color: false })).toEqual([false, false]);
});

it('can be made to have them in a pipe', () => {
  const pipe = { stdout: {}, stderr: {} };
  expect(colors({ FORCE_COLOR: '1' }, {}, pipe)).toEqual([true, true]);
  expect(colors({ FORCE_COLOR: '0' }, {}, pipe)).toEqual([false, false]);
  expect(colors({ FORCE_COLOR: '1', NO_COLOR: '1' }, {}, pipe)).toEqual([false, false]);
});
