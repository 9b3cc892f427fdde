/** The example of docs/writing-pipelines.md, run as a user would: a copy of its folder, and the command line that was built. */
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const project = realpathSync(mkdtempSync(join(tmpdir(), 'ar-pipe-example-')));
const path = (name: string) => join(project, name);

beforeAll(() => {
  cpSync(join(root, 'docs/examples/word-count'), project, { recursive: true });
  mkdirSync(path('node_modules'));
  symlinkSync(root, path('node_modules/ar-pipe'));
  symlinkSync(join(root, 'node_modules/zod'), path('node_modules/zod'));
});

afterAll(() => {
  rmSync(project, { recursive: true });
});

interface Line {
  readonly event: string;
  readonly step?: string;
  readonly outcome?: string;
  readonly reasons?: readonly { readonly kind: string }[];
}

async function arPipe(...args: readonly string[]): Promise<string> {
  const { stdout } = await execa(process.execPath, [join(root, 'bin/ar-pipe.js'), ...args], {
    cwd: project,
    env: { AR_PIPE_CACHE: '', AR_PIPE_PROFILE: '', AR_PIPE_JOBS: '2' },
  });
  return stdout;
}

/** Steps that a run built, with the kinds of their reasons. */
async function built(...args: readonly string[]): Promise<Record<string, string[]>> {
  const lines = (await arPipe('run', '--json', ...args)).split('\n').map((line) => JSON.parse(line) as Line);
  return Object.fromEntries(
    lines
      .filter(({ event }) => event === 'step-started')
      .map(({ step, reasons }) => [step ?? '', (reasons ?? []).map(({ kind }) => kind)]),
  );
}

test('the example builds, and builds again only what an edit touches', async () => {
  expect(Object.keys(await built())).toHaveLength(8);
  expect(readFileSync(path('artifacts/table/table.md'), 'utf8')).toContain('| harbour | 1 | the | 11 |');
  expect(readFileSync(path('artifacts/longest/longest.txt'), 'utf8')).toBe('children\nyoungest\ncounted\n');
  expect(await built()).toEqual({});

  const source = readFileSync(path('stages/table.ts'), 'utf8');
  writeFileSync(path('stages/table.ts'), `${source}// A comment changes nothing.\n`);
  expect(await built()).toEqual({});
  writeFileSync(path('stages/table.ts'), source.replace('most frequent', 'commonest'));
  expect(await built()).toEqual({ table: ['code'] });

  expect(await built('count/orchard/from-4', '--set', 'count/orchard/from-4.minLength=5')).toEqual({
    'count/orchard/from-4': ['params'],
  });
});

test('a folder output is copied file by file', async () => {
  await arPipe('run', 'lines');
  expect(readFileSync(path('artifacts/lines/lines/1.txt'), 'utf8')).toMatch(/^The boats came back/);
});
