/** The example of docs/writing-pipelines.md, and what it says of edits. */
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { exampleProject } from './example.ts';

const project = exampleProject();
const { arPipe } = project;
const path = (name: string) => project.path(name);

afterAll(() => {
  project.remove();
});

interface Line {
  readonly event: string;
  readonly step?: string;
  readonly reasons?: readonly { readonly kind: string }[];
}

/** Steps that a run started, with the kinds of their reasons. */
async function started(...args: readonly string[]): Promise<Record<string, string[]>> {
  const lines = (await arPipe('run', '--json', ...args)).split('\n').map((line) => JSON.parse(line) as Line);
  return Object.fromEntries(
    lines
      .filter(({ event }) => event === 'step-started')
      .map(({ step, reasons }) => [step ?? '', (reasons ?? []).map(({ kind }) => kind)]),
  );
}

test('the example builds, and builds again only what an edit touches', async () => {
  expect(Object.keys(await started())).toHaveLength(8);
  expect(readFileSync(path('artifacts/table/table.md'), 'utf8')).toContain('| harbour | 1 | the | 11 |');
  expect(readFileSync(path('artifacts/longest/longest.txt'), 'utf8')).toBe('children\nyoungest\ncounted\n');
  expect(await started()).toEqual({});

  const source = readFileSync(path('stages/table.ts'), 'utf8');
  writeFileSync(path('stages/table.ts'), `${source}// A comment changes nothing.\n`);
  expect(await started()).toEqual({});
  writeFileSync(path('stages/table.ts'), source.replace('most frequent', 'commonest'));
  expect(await started()).toEqual({ table: ['code'] });

  expect(await started('count/orchard/from-4', '--set', 'count/orchard/from-4.minLength=5')).toEqual({
    'count/orchard/from-4': ['params'],
  });
});

test('a folder output is copied file by file', async () => {
  await arPipe('run', 'lines');
  expect(readFileSync(path('artifacts/lines/lines/1.txt'), 'utf8')).toMatch(/^The boats came back/);
});
