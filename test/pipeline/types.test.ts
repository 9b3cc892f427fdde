/** Compile errors are part of the API: each `@ts-expect-error` fails the type check when the mistake would compile. */
import { expect, test } from 'vitest';
import * as z from 'zod';
import { command, defineStage, file, grid, many, step } from 'ar-pipe';

const source = defineStage({ outputs: ['text.txt', 'extra.txt'], run() {} });
const count = defineStage({
  params: z.object({ word: z.string(), times: z.number().default(1) }),
  needs: { text: 'text.txt' },
  outputs: ['count.json'],
  run({ params, needs, out }) {
    params.word satisfies string;
    needs.text satisfies string;
    // @ts-expect-error not a declared output
    out('count.txt');
  },
});
const table = defineStage({
  needs: { counts: many('count.json') },
  outputs: ['table.csv'],
  run({ needs }) {
    needs.counts[0]!.path satisfies string;
  },
});
const wrong = defineStage({ outputs: ['other.txt'], run() {} });

test('steps compose by value and mistakes are refused by the compiler and at run time', () => {
  const text = step('text', source);
  const cells = grid({ word: ['a', 'b'], rep: [0, 1] }, (c) =>
    step(`count/${c.word}/${c.rep}`, count, { params: { word: c.word }, needs: { text } }),
  );
  const made = step('table', table, { needs: { counts: cells } });
  expect(cells.map((cell) => cell.cell)).toEqual([
    { word: 'a', rep: 0 },
    { word: 'a', rep: 1 },
    { word: 'b', rep: 0 },
    { word: 'b', rep: 1 },
  ]);
  expect(made.needs['counts']!.from).toBe(cells);
  step('from-file', count, { params: { word: 'x' }, needs: { text: file('data/text.txt') } });
  // @ts-expect-error the upstream step writes no text.txt
  expect(() => step('x', count, { params: { word: 'a' }, needs: { text: step('w', wrong) } })).toThrow(
    /does not write/,
  );
  // @ts-expect-error misspelt need
  expect(() => step('x', count, { params: { word: 'a' }, needs: { texd: text } })).toThrow(/no need 'texd'/);
  // @ts-expect-error missing need
  expect(() => step('x', count, { params: { word: 'a' } })).toThrow(/not bound/);
  // @ts-expect-error wrong parameter type
  expect(() => step('x', count, { params: { word: 3 }, needs: { text } })).toThrow(/word/);
});

test('the mistake is marked where it stands, not at the whole call', () => {
  const text = step('text', source);
  const misspelt = () =>
    step('x', count, {
      params: { word: 'a' },
      needs: {
        // @ts-expect-error on this line and no other
        texd: text,
      },
    });
  expect(misspelt).toThrow(/no need 'texd'/);
  const mistyped = () =>
    step('x', count, {
      params: {
        // @ts-expect-error on this line and no other
        word: 3,
      },
      needs: { text },
    });
  expect(mistyped).toThrow(/word/);
});

test('commands take needs and give outputs like stages', () => {
  const fit = command({
    run: 'fit {needs.text} > {out.model}',
    needs: { text: 'text.txt' },
    outputs: { model: 'count.json' },
  });
  const fitted = step('fit', fit, { needs: { text: step('text', source) } });
  step('table', table, { needs: { counts: [fitted] } });
  // @ts-expect-error no such need
  expect(() => step('fit2', fit, { needs: { data: fitted } })).toThrow(/no need/);
  const odd = command({ run: '{out.nothing}', outputs: { model: 'm' } });
  expect(() => step('odd', odd)).toThrow(/not declared/);
});

test('a command or stage may be written where its step is declared', () => {
  const params = z.object({ word: z.string() });
  const run = 'echo {params.word} > {out.said}';
  const said = step('say', command({ run, params, outputs: { said: 'said.txt' } }), {
    params: { word: 'a' },
  });
  const made = step('make', command({ run: 'touch {out.text}', outputs: { text: 'text.txt' } }));
  const counted = step(
    'count',
    command({ run: 'wc {needs.text} > {out.n}', needs: { text: 'text.txt' }, outputs: { n: 'n' } }),
    {
      needs: { text: made },
    },
  );
  expect(counted.upstream).toEqual([made]);
  expect(() =>
    step(
      'x',
      command({ run: 'cat {needs.text} > {out.n}', needs: { text: 'text.txt' }, outputs: { n: 'n' } }),
      {
        // @ts-expect-error it writes another file
        needs: { text: said },
      },
    ),
  ).toThrow(/does not write/);
});
