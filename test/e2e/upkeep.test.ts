/** Looking after the store with the real command line: verify, gc, forget, freeze, accept. */
import { chmodSync, existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Project } from './project.ts';
import { study } from './study.ts';

let project: Project;
beforeEach(async () => {
  project = study();
  expect((await project.run()).status).toBe(0);
});
afterEach(() => {
  project.close();
});

interface Step {
  readonly step: string;
  readonly state: string;
  readonly reasons: readonly { readonly kind: string }[];
}
const states = async (...args: string[]): Promise<Record<string, string>> => {
  const { steps } = (await project.json(['status', 'table', ...args])) as unknown as { steps: Step[] };
  return Object.fromEntries(steps.map(({ step, state }) => [step, state]));
};
const fresh = { text: 'fresh', 'count/a': 'fresh', 'count/b': 'fresh', table: 'fresh' };

/** Path of a stored output. */
async function objectOf(step: string, output: string): Promise<string> {
  const { outputs } = (await project.json(['show', step])) as {
    outputs: Record<string, { digest: string }>;
  };
  const { digest } = outputs[output]!;
  return project.path(`cache/v1/objects/${digest.slice(0, 2)}/${digest.slice(2)}`);
}

describe('verify', () => {
  test('a good store: exit 0; a flipped byte: exit 1, named; after --repair the next run makes it again', async () => {
    expect(await project.json(['verify'])).toMatchObject({ ok: true, damaged: [], lost: [] });
    const path = await objectOf('count/a', 'count.json');
    const good = readFileSync(path, 'utf8');
    chmodSync(path, 0o644);
    writeFileSync(path, good.replace('a', 'x'));
    const { status, stdout } = await project.ap(['verify']);
    expect(status).toBe(1);
    expect(stdout).toMatch(/object \w{12} has bytes with the digest .*; it was set aside/);
    expect(stdout).toMatch(/the bytes of count.json of count\/a are lost/);
    const repaired = await project.ap(['verify', '--repair', '--json']);
    expect(repaired.status).toBe(0);
    expect(repaired.lines).toMatchObject([{ ok: true, lost: [{ step: 'count/a', output: 'count.json' }] }]);
    expect(await states()).toEqual({ ...fresh, 'count/a': 'stale', table: 'pending' });
    expect((await project.run()).built).toEqual(['count/a']);
    expect(readFileSync(path, 'utf8')).toBe(good);
    expect((await project.ap(['verify'])).stdout).toMatch(/all whole\n$/);
  });

  test('--recompute: the same bits, or the file and the byte in which they differ', async () => {
    const same = await project.ap(['verify', '--recompute', 'table', 'count/*']);
    expect(same.status).toBe(0);
    expect(same.stdout.match(/gives the same bits/g)).toHaveLength(3);
    project.edit('stages/count.ts', "'first'", '`at ${process.hrtime.bigint()}`');
    await project.run();
    const differs = await project.ap(['verify', '--recompute', '+table', '--json']);
    expect(differs.status).toBe(1);
    const { ok, steps } = differs.lines[0] as { ok: boolean; steps: { step: string; outcome: string }[] };
    expect(ok).toBe(false);
    expect(Object.fromEntries(steps.map(({ step, outcome }) => [step, outcome]))).toEqual({
      text: 'same',
      'count/a': 'differs',
      'count/b': 'differs',
      table: 'same',
    });
    expect(steps.find(({ step }) => step === 'count/a')).toMatchObject({
      files: [{ file: 'notes.txt', offset: expect.any(Number) as number }],
    });
    // Nothing of it was stored.
    expect(await states()).toEqual(fresh);
  });

  test('--recompute of what has no result says so', async () => {
    const { status, stdout } = await project.ap(['verify', '--recompute', 'length']);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^length is stale: no present result/);
  });
});

describe('gc', () => {
  test('names what no target of any profile needs, takes just that, and leaves all fresh', async () => {
    await project.run(['-p', 'full']);
    await project.run(['--set', 'text.text=x y z']);
    const told = await project.ap(['gc', '--max-size', '0', '--dry-run']);
    expect(told.status).toBe(0);
    expect(told.stdout).toMatch(/^count\/a .*\n/m);
    expect(told.stdout).toMatch(/would remove 4 results/);
    const done = await project.json(['gc', '--max-size', '0']);
    expect((done['evicted'] as { step: string }[]).map(({ step }) => step).sort()).toEqual([
      'count/a',
      'count/b',
      'table',
      'text',
    ]);
    expect(await states()).toEqual(fresh);
    expect(await states('-p', 'full')).toMatchObject({ 'count/c': 'fresh', table: 'fresh' });
    expect(await project.json(['verify'])).toMatchObject({ ok: true, entries: 6 });
    expect((await project.run()).built).toEqual([]);
  });

  test('without limits takes nothing that is a result; by force everything', async () => {
    expect(await project.json(['gc'])).toMatchObject({ evicted: [] });
    expect(await states()).toEqual(fresh);
    expect(await project.json(['gc', '--max-age', '0', '--force'])).toMatchObject({ bytesAfter: 0 });
    expect(new Set(Object.values(await states()))).toEqual(new Set(['stale', 'pending']));
    expect(readdirSync(project.path('cache/v1/tmp'))).toEqual([]);
    expect((await project.run()).built).toHaveLength(4);
  });

  test('tidies up the checkout: old logs and old code, but not what show and why tell of', async () => {
    const long = new Date('2020-07-13');
    const age = (folder: string): void => {
      for (const name of readdirSync(project.path(folder)))
        if (name !== 'index.json') utimesSync(project.path(`${folder}/${name}`), long, long);
    };
    const { log } = (await project.json(['show', 'text'])) as { log: string };
    for (let i = 0; i < 7; i++)
      writeFileSync(`${dirname(project.path(log))}/2100010${i}-000000-abcdef.log`, '');
    // Of the stage nothing remembers the first two versions, of the pipeline with it in it none but today's is asked for.
    for (const now of ['second', 'third']) {
      project.edit('stages/count.ts', now === 'second' ? "'first'" : "'second'", `'${now}'`);
      await project.run();
    }
    project.edit('stages/count.ts', "'third'", "'fourth'");
    await project.ap(['status']);
    for (const folder of ['cache/logs/text', 'cache/code']) age(folder);

    const told = await project.ap(['gc', '-n']);
    expect(told.stdout).toMatch(/would remove of this checkout: 2 old logs \(.*\), 15 files of old code \(/);
    const { checkout } = await project.json(['gc']);
    expect(checkout).toMatchObject({ logs: { files: 2 }, code: { files: 15 }, other: { files: 0 } });
    expect(existsSync(project.path(log))).toBe(true);
    expect((await project.ap(['why', 'count/a'])).stdout).toMatch(/stages\/count\.ts:1\d/);
    expect((await project.run()).built).toEqual(['count/a', 'count/b']);
    expect(await project.json(['gc'])).toMatchObject({ checkout: { code: { files: 0 } } });
  });

  test('says how much is too much, and refuses a size it cannot read', async () => {
    const { stdout } = await project.ap(['gc', '--max-size', '0']);
    expect(stdout).toMatch(/still .* more than asked for: targets need 4 results; --force/);
    const { status, stderr } = await project.ap(['gc', '--max-size', 'large']);
    expect([status, stderr]).toEqual([
      2,
      expect.stringMatching(/--max-size large: give a size such as 20GB/),
    ]);
  });
});

describe('forget, freeze and accept', () => {
  test('a forgotten step runs again', async () => {
    const { steps } = await project.json(['forget', 'count/*']);
    expect(steps).toMatchObject([{ step: 'count/a' }, { step: 'count/b' }]);
    expect(await states()).toEqual({ ...fresh, 'count/a': 'stale', 'count/b': 'stale', table: 'pending' });
    expect((await project.run()).built).toEqual(['count/a', 'count/b']);
  });

  test('a frozen step keeps its result, also from process to process, until it is thawed', async () => {
    expect((await project.ap(['freeze', 'text'])).status).toBe(0);
    project.edit('pipeline.ts', 'a b a c', 'b b b b');
    expect(await states()).toEqual(fresh);
    expect((await project.run()).built).toEqual([]);
    expect((await project.ap(['status', 'text', '-v'])).stdout).toMatch(/text +frozen since/);
    expect((await states('-p', 'full'))['text']).toBe('stale');
    expect((await project.ap(['freeze', '--off', 'text'])).status).toBe(0);
    expect((await project.run()).built).toContain('text');
  });

  test('an accepted change of code runs nothing, and stands in the provenance', async () => {
    project.edit('stages/lib/words.ts', 'part === word', 'word === part');
    expect((await states())['count/a']).toBe('stale');
    const { steps } = await project.json(['accept', 'count/*']);
    expect(steps).toMatchObject([
      { step: 'count/a', changes: [{ kind: 'code', file: 'stages/lib/words.ts', line: 4 }] },
      { step: 'count/b' },
    ]);
    expect(await states()).toEqual(fresh);
    expect((await project.run()).built).toEqual([]);
    const provenance = JSON.parse(project.read('artifacts/table/provenance.json')) as {
      steps: { step: string; accepted?: { changes: string[] }[] }[];
    };
    const [accepted] = provenance.steps.find(({ step }) => step === 'count/a')!.accepted!;
    expect(accepted).toMatchObject({ changes: ['stages/lib/words.ts:4'] });
    project.edit('pipeline.ts', 'a b a c', 'b b b b');
    const refused = await project.ap(['accept', 'text']);
    expect([refused.status, refused.stderr]).toEqual([
      2,
      expect.stringMatching(/stale for more than its code/),
    ]);
  });
});

describe('show --provenance', () => {
  const names = (list: unknown): string[] =>
    (list as { step: string; name: string }[]).map(({ step, name }) => `${step} ${name}`);

  test('walks from a target to every digest behind it', async () => {
    const { madeBy, behind, usedBy } = await project.json(['show', '--provenance', 'table']);
    expect(names(madeBy)).toEqual(['table table.csv', 'table total.json']);
    expect(usedBy).toEqual([]);
    const steps = behind as { step: string; key: string; inputs: object; outputs: object }[];
    expect(steps.map(({ step }) => step)).toEqual(['text', 'count/a', 'count/b', 'table']);
    const hex = expect.stringMatching(/^[0-9a-f]{64}$/) as string;
    expect(steps[3]).toMatchObject({ key: hex, inputs: { 'counts[0]': hex, 'counts[1]': hex } });
  });

  test('walks from a file or a digest to the step that made it, those that used it, and what stands on them', async () => {
    const found = (await project.json(['show', '--provenance', 'artifacts/table/table.csv'])) as {
      madeBy: { digest: string }[];
    };
    expect(found).toMatchObject({
      subject: 'artifacts/table/table.csv',
      madeBy: [{ step: 'table' }],
      targets: ['table'],
    });
    const again = await project.json(['show', '--provenance', found.madeBy[0]!.digest.slice(0, 10)]);
    expect(again['madeBy']).toEqual(found.madeBy);
    project.write({ copy: 'a b a c' });
    const text = await project.json(['show', '--provenance', 'copy']);
    expect(names(text['madeBy'])).toEqual(['text text.txt']);
    expect(names(text['usedBy'])).toEqual(['count/a text', 'count/b text']);
    expect(text).toMatchObject({ leadsTo: ['count/a', 'count/b', 'table'], targets: ['table', 'counts'] });
    const { stdout } = await project.ap(['show', '--provenance', 'copy']);
    expect(stdout).toMatch(/^copy\n\nmade by\n {2}text +text.txt +\w{12}\n\nused by\n {2}count\/a +text/);
  });

  test('says where nothing is known, and refuses what is neither name, file nor digest', async () => {
    project.write({ stranger: 'never seen' });
    expect((await project.ap(['show', '--provenance', 'stranger'])).stdout).toMatch(
      /^stranger: no step made it or used it/,
    );
    const { status, stderr } = await project.ap(['show', '--provenance', 'tabel']);
    expect([status, stderr]).toEqual([2, expect.stringMatching(/did you mean table/)]);
  });
});
