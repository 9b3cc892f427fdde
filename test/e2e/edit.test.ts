/** Rerun after an edit: what runs again, and that status and why say so before it happens. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readFileSync, writeFileSync } from 'node:fs';
import { Project } from './project.ts';
import { study } from './study.ts';

let project: Project;
let original: Record<string, string>;
const sources = ['pipeline.ts', 'stages/count.ts', 'stages/lib/letters.ts', 'stages/lib/words.ts'];

beforeAll(async () => {
  project = study();
  original = Object.fromEntries(sources.map((name) => [name, project.read(name)]));
  expect((await project.run()).built).toHaveLength(4);
});
beforeEach(() => {
  project.write(original);
});
afterAll(() => {
  project.close();
});

const states = async (): Promise<Record<string, string>> => {
  const { steps } = await project.json(['status', 'table']);
  return Object.fromEntries(
    (steps as { step: string; state: string }[]).map(({ step, state }) => [step, state]),
  );
};
const fresh = { text: 'fresh', 'count/a': 'fresh', 'count/b': 'fresh', table: 'fresh' };

describe('edits that change nothing the code does', () => {
  test.each<[string, string, string, string]>([
    ['a comment', 'stages/count.ts', 'const n =', '// how many\n    const n ='],
    [
      'formatting and quotes',
      'stages/count.ts',
      "'count.json', 'notes.txt'",
      '"count.json",\n    "notes.txt"',
    ],
    ['a type', 'stages/lib/words.ts', 'text: string, word: string', 'text: string, word: string | never'],
    ['an export nobody uses', 'stages/lib/words.ts', 'text.trim()', 'text.trimEnd()'],
    ['a comment in pipeline.ts', 'pipeline.ts', 'const source', '// the text\n    const source'],
  ])('%s: everything stays fresh', async (_, file, from, to) => {
    project.edit(file, from, to);
    expect(await states()).toEqual(fresh);
  });
});

describe('edits that may change a result', () => {
  test.each<[string, string, string, string, string]>([
    ['a helper three imports away', 'stages/lib/letters.ts', '/[a-z]/', '/[a-y]/', 'stages/lib/letters.ts'],
    [
      'a local’s name',
      'stages/count.ts',
      'const n = occurrences',
      'const n = occurrences',
      'stages/count.ts',
    ],
    [
      'a new parameter with a default',
      'stages/count.ts',
      'optional() }',
      'optional(), x: z.number().default(1) }',
      'stages/count.ts',
    ],
  ])('%s: the steps of that stage are stale, the rest is open', async (what, file, from, to, at) => {
    project.edit(file, from, to);
    if (what === 'a local’s name')
      project.write({ [file]: project.read(file).replace(/\bn\b(?!:)/g, 'found') });
    expect(await states()).toEqual({
      text: 'fresh',
      'count/a': 'stale',
      'count/b': 'stale',
      table: 'pending',
    });
    const why = await project.json(['why', 'count/a']);
    expect((why['reasons'] as { kind: string }[]).find(({ kind }) => kind === 'code')).toMatchObject({
      file: at,
    });
  });
});

describe('one edit and back', () => {
  test('said before in words and JSON, run, cut off where outputs are the same, and reused on the way back', async () => {
    // Another second file, which the table does not read.
    project.edit('stages/count.ts', "'first'", "'second'");
    expect(await states()).toMatchObject({ 'count/a': 'stale', table: 'pending' });
    const words = await project.ap(['why', 'count/a']);
    expect(words.stdout).toMatch(
      /^count\/a is stale and will run:\n {2}code changed at stages\/count\.ts:14\n/,
    );
    const pending = await project.ap(['why', 'table']);
    expect(pending.stdout).toMatch(
      /^table is pending: it will run if what it needs comes out differently\n {2}waits for/,
    );

    const cut = await project.run();
    expect(cut.outcomes).toEqual({ text: 'reused', 'count/a': 'built', 'count/b': 'built', table: 'reused' });
    expect(cut.events.find(({ event }) => event === 'step-started')).toMatchObject({
      reasons: [{ kind: 'code', file: 'stages/count.ts', line: 14, formattingOnly: false }],
    });

    project.write(original);
    expect(await states()).toEqual(fresh);
    expect((await project.run()).built).toEqual([]);
  });

  test('a change that matters goes through to the table, and says which input changed', async () => {
    project.edit('stages/count.ts', 'word: params.word, n }', 'word: params.word, n: n * 10 }');
    const changed = await project.run();
    expect(changed.built).toEqual(['count/a', 'count/b', 'table']);
    expect(project.read('artifacts/table/table.csv')).toBe('a,20\nb,10\n');
    const started = changed.events.find((event) => event.event === 'step-started' && event.step === 'table');
    expect(started).toMatchObject({
      reasons: [
        { kind: 'input', need: 'counts', step: 'count/a', output: 'count.json' },
        { kind: 'input', need: 'counts', step: 'count/b', output: 'count.json' },
      ],
    });
    project.write(original);
    expect((await project.run()).built).toEqual([]);
    expect(project.read('artifacts/table/table.csv')).toBe('a,2\nb,1\n');
  });

  test('a parameter of one cell reruns that cell’s chain only', async () => {
    project.edit(
      'pipeline.ts',
      'params: { word }',
      "params: { word, ...(word === 'b' ? { atLeast: 1 } : {}) }",
    );
    expect(await states()).toEqual({
      text: 'fresh',
      'count/a': 'fresh',
      'count/b': 'stale',
      table: 'pending',
    });
    expect((await project.json(['why', 'count/b']))['reasons']).toEqual([
      { kind: 'params', name: 'atLeast', before: null, after: 1 },
    ]);
    expect((await project.run()).built).toEqual(['count/b']);
  });
});

describe('another checkout', () => {
  test('has the same keys, and reuses what a shared store holds', async () => {
    const other = study('moved');
    try {
      const keys = async (one: Project): Promise<unknown[]> =>
        ((await one.json(['status'])) as { steps: { key: string }[] }).steps
          .map(({ key }) => key)
          .slice(0, 1);
      expect(await keys(other)).toEqual(await keys(project));
      const shared = { AR_PIPE_CACHE: project.path('cache') };
      expect((await other.run([], shared)).built).toEqual([]);
      expect(other.read('artifacts/table/table.csv')).toBe('a,2\nb,1\n');
    } finally {
      other.close();
    }
  });
});

test('the key of an installed package’s version', async () => {
  const own = study();
  try {
    own.write({
      'node_modules/tiny/package.json': JSON.stringify({ name: 'tiny', version: '1.0.0', main: 'index.js' }),
      'node_modules/tiny/index.js': 'exports.twice = (x) => x * 2;',
      'stages/text.ts': own
        .read('stages/text.ts')
        .replace('import { defineStage }', "import { twice } from 'tiny';\nimport { defineStage }")
        .replace("'writing the text'", '`${twice(21)}`'),
    });
    await own.run(['text']);
    expect((await own.ap(['log', 'text'])).stdout).toBe('42\n');
    const manifest = own.path('node_modules/tiny/package.json');
    writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('1.0.0', '1.0.1'));
    // What npm install touches.
    own.write({ 'package-lock.json': '{}' });
    const why = await own.json(['why', 'text']);
    expect(why).toMatchObject({ state: 'stale', reasons: [{ kind: 'code', file: 'package.json' }] });
  } finally {
    own.close();
  }
});

test('a helper file of a command is named where it changed', async () => {
  const helped = new Project({
    'scripts/one.sh': 'echo one',
    'scripts/two.sh': 'echo two',
    'pipeline.ts': `import { command, pipeline, step } from 'ar-pipe';
const kind = command({ run: 'sh scripts/one.sh > {out.o}', files: ['scripts/*.sh'], outputs: { o: 'o.txt' } });
export default pipeline({ targets: () => ({ one: step('one', kind) }) });
`,
  });
  try {
    const reason = async (): Promise<string | undefined> =>
      /code changed at (\S+)/.exec((await helped.ap(['status'])).stdout)?.[1];
    await helped.run([]);
    helped.write({ 'scripts/two.sh': 'echo three' });
    expect(await reason()).toBe('scripts/two.sh:1');
    await helped.run([]);
    helped.write({ 'scripts/three.sh': '' });
    expect(await reason()).toBe('scripts/three.sh:1');
    await helped.run([]);
    helped.edit('pipeline.ts', 'sh scripts/one.sh', 'sh scripts/two.sh');
    expect(await reason()).toBe('pipeline.ts:3');
  } finally {
    helped.close();
  }
});
