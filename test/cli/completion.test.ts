import { expect, it } from 'vitest';
import { complete, valueIn, type CommandShape, type FlagShape } from '../../src/cli/completion/complete.ts';

const flag = (text: string, value: string | null = null): FlagShape => ({
  names: text.split(' '),
  value,
  several: value?.endsWith('...') ?? false,
  does: '',
});
const common = [flag('-p --profile', 'name'), flag('-C --directory', 'dir'), flag('--json')];
const command = (name: string, args: readonly string[], ...flags: FlagShape[]): CommandShape => ({
  name,
  does: '',
  flags,
  arguments: args,
});
const commands = [
  command(
    'run',
    ['selectors'],
    flag('-j --jobs', 'n'),
    flag('--force', 'selectors...'),
    flag('--set', 'assignment...'),
  ),
  command('why', ['step']),
  command('watch', ['selectors'], flag('--progress', 'mode')),
  command('history', [], flag('--limit', 'n')),
  command('completion', ['shell', 'words']),
];
let asked = 0;
const at = async (line: string, more: readonly string[] = []): Promise<string[]> => {
  asked = 0;
  const names = async () => {
    asked++;
    return {
      targets: ['table', 'counts'],
      steps: ['text', 'count/a', 'count/b', 'table', ...more],
      profiles: ['quick', 'full'],
      params: [[], ['size', 'sgd.rate']],
      paramsOf: [1, 1, 1, 0, ...more.map(() => 1)],
    };
  };
  const found = await complete(line.split(' '), commands, common, names);
  return found.map(({ value }) => value);
};

it.each<[string, readonly string[]]>([
  ['', ['run', 'why', 'watch', 'history', 'completion']],
  ['w', ['why', 'watch']],
  ['-p quick w', ['why', 'watch']],
  ['run c', ['counts', 'count/a', 'count/b']],
  ['run text count/', ['count/a', 'count/b']],
  ['run +te', ['+text']],
  ['why t', ['table', 'text']],
  ['why +t', []],
  ['run --', ['--jobs', '--force', '--set', '--profile', '--directory', '--json']],
  ['run --json --j', ['--jobs']],
  ['run -p f', ['full']],
  ['run --force text ta', ['table']],
  ['run --force text --j', ['--jobs', '--json']],
  ['run --set t', ['text.']],
  ['run --set text.s', ['text.size=', 'text.sgd.rate=']],
  ['run --set=count/a.si', ['--set=count/a.size=']],
  ['run --set text.size=3', []],
  ['run --set table.', []],
  ['run -j ', []],
  ['watch --progress=f', ['--progress=fancy']],
  ['run --profile=q', ['--profile=quick']],
  ['run --json=', []],
  ['run --nothing=', []],
  ['run -j 2 tex', ['text']],
  ['watch --progress p', ['plain']],
  ['-C ', []],
  ['history ', []],
  ['completion f', ['fish']],
  ['nonsense r', ['run']],
])('%s|', async (line, expected) => {
  expect(await at(line)).toEqual(expected);
});

it('asks for names only where they matter', async () => {
  await at('w');
  await at('run --j');
  expect(asked).toBe(0);
  await at('run ');
  expect(asked).toBe(1);
});

it('offers a thousand steps part by part', async () => {
  const cells = Array.from({ length: 1000 }, (_, i) => `train/${i % 10}/seed-${i}`);
  expect(await at('run ', cells)).toEqual(['table', 'counts', 'text', 'count/', 'train/']);
  expect(await at('run train/', cells)).toEqual(Array.from({ length: 10 }, (_, i) => `train/${i}/`));
  expect(await at('run train/3/', cells)).toHaveLength(100);
  expect(await at('run --set tr', cells)).toEqual(['train/']);
});

it('reads whose project is meant', () => {
  expect(valueIn(['-C', '../other', 'run', 't'], ['-C', '--directory'])).toBe('../other');
  expect(valueIn(['run', '-C', ''], ['-C', '--directory'])).toBeUndefined();
  expect(valueIn(['run', ''], ['-C', '--directory'])).toBeUndefined();
});
