import { expect, test } from 'vitest';
import * as z from 'zod';
import { command, defineStage, file, many, step } from '../../src/index.ts';

const source = defineStage({ outputs: ['text.txt'], run() {} });
const count = defineStage({ needs: { text: 'text.txt' }, outputs: ['count'], run() {} });
const sum = defineStage({ needs: { counts: many('count') }, outputs: ['sum'], run() {} });
const text = step('text', source);
const anything = (value: unknown): never => value as never;

test.each<[what: string, declare: () => unknown, message: RegExp]>([
  ['a name with a space', () => step('a b', source), /step 'a b': the name has a character/],
  ['a name with an empty part', () => step('a//b', source), /the name has a character/],
  ['a name that climbs', () => step('../a', source), /the name has a character/],
  ['no stage', () => step('x', {} as typeof source), /no stage was given/],
  [
    'a need that the stage has not',
    () => step('x', source, anything({ needs: { more: text } })),
    /no need 'more'/,
  ],
  ['a need left out', () => step('x', count, anything({})), /need 'text' is not bound/],
  [
    'a list for one',
    () => step('x', count, anything({ needs: { text: [text] } })),
    /takes one step, not a list/,
  ],
  [
    'a file that is not written',
    () => step('x', sum, anything({ needs: { counts: [text] } })),
    /does not write/,
  ],
  ['no outputs', () => step('x', defineStage({ outputs: [], run() {} })), /must write something/],
  [
    'an output outside',
    () => step('x', defineStage({ outputs: ['../a'], run() {} })),
    /cannot name an output/,
  ],
  ['two outputs of a name', () => step('x', defineStage({ outputs: ['a', 'a'], run() {} })), /same name/],
  [
    'a parameter of a command that has no value',
    () =>
      step(
        'x',
        command({
          run: 'echo {params.n} > {out.o}',
          params: z.object({ n: z.number().optional() }),
          outputs: { o: 'o' },
        }),
      ),
    /uses \{params.n\}, which has no value here/,
  ],
  [
    'a NUL in a command',
    () => step('x', command({ run: 'printf "\0" > {out.a}', outputs: { a: 'a' } })),
    /the command has a NUL/,
  ],
  [
    'a NUL in a parameter of a command',
    () =>
      step(
        'x',
        command({
          run: 'echo {params.word} > {out.a}',
          params: z.object({ word: z.string() }),
          outputs: { a: 'a' },
        }),
        {
          params: { word: 'a\0b' },
        },
      ),
    /word, which the command uses, has a NUL/,
  ],
])('%s is refused', (_, declare, message) => {
  expect(declare).toThrow(message);
});

test('a step names what it reads from once, whatever reads it', () => {
  const counted = step('count', count, { needs: { text } });
  const summed = step('sum', sum, { needs: { counts: [counted, counted, file('more/*')] } });
  expect(summed.upstream).toEqual([counted]);
});
