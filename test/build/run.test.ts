/** Stories of runs on the rig. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import * as z from 'zod';
import { command, defineStage, file, grid, many, step } from 'ar-pipe';
import { createRig, type Rig } from '../rig.ts';

const source = defineStage({ outputs: ['text'], run() {} });
const train = defineStage({
  params: z.object({ rate: z.number() }),
  needs: { text: 'text' },
  outputs: ['weights', 'log'],
  run() {},
});
const test_ = defineStage({ needs: { weights: 'weights' }, outputs: ['score'], run() {} });
const table = defineStage({ needs: { scores: many('score') }, outputs: ['table'], run() {} });

/** text → train/a, train/b → score/a, score/b → table */
function study(rates: { a: number; b: number } = { a: 1, b: 2 }) {
  const text = step('text', source);
  const scores = grid({ cell: ['a', 'b'] }, ({ cell }) => {
    const weights = step(`train/${cell}`, train, { params: { rate: rates[cell] }, needs: { text } });
    return step(`score/${cell}`, test_, { needs: { weights } });
  });
  return { table: step('table', table, { needs: { scores } }) };
}

let rig: Rig;
beforeEach(() => {
  rig = createRig();
});
afterEach(() => {
  rig.close();
});

test('everything is built once, then everything is reused', async () => {
  expect(await rig.runAll(study())).toEqual(['score/a', 'score/b', 'table', 'text', 'train/a', 'train/b']);
  expect(await rig.runAll(study())).toEqual([]);
  expect(new Set(Object.values(rig.outcomes()))).toEqual(new Set(['reused']));
});

test('a parameter of one cell reruns that cell only, and says why', async () => {
  await rig.runAll(study());
  const before = await rig.status(study({ a: 1, b: 3 }));
  expect(before['train/b']).toMatchObject({
    state: 'stale',
    reasons: [{ kind: 'params', name: 'rate', before: 2, after: 3 }],
  });
  expect(before['score/b']).toMatchObject({
    state: 'pending',
    reasons: [{ kind: 'upstream', steps: ['train/b'] }],
  });
  expect(before['train/a']!.state).toBe('fresh');
  expect(await rig.runAll(study({ a: 1, b: 3 }))).toEqual(['score/b', 'train/b']);
});

test('what is left of a run is told from its first step on', async () => {
  const running = rig.run(study());
  (await rig.next('text')).exit();
  const first = rig.events.find(({ event }) => event === 'forecast');
  // Nothing was ever built: five steps wait of which nobody knows.
  expect(first).toEqual({ event: 'forecast', leftMs: 0, unknown: 5 });
  for (const name of ['train/a', 'train/b', 'score/a', 'score/b', 'table']) (await rig.next(name)).exit();
  await running;
});

test('identical weights after a retrain stop the rebuild there, per output file', async () => {
  const running = rig.run(study());
  (await rig.next('text')).exit();
  (await rig.next('train/a')).exit({ weights: 'W', log: 'first' });
  (await rig.next('train/b')).exit();
  (await rig.next('score/a')).exit();
  (await rig.next('score/b')).exit();
  (await rig.next('table')).exit();
  await running;
  const again = rig.run(study({ a: 7, b: 2 }));
  // Another log, the same weights: nothing reads the log.
  (await rig.next('train/a')).exit({ weights: 'W', log: 'second' });
  expect((await again).counts).toEqual({ built: 1, reused: 5, failed: 0, notRun: 0 });
});

test('going back to former parameters is a hit', async () => {
  await rig.runAll(study({ a: 1, b: 2 }));
  await rig.runAll(study({ a: 1, b: 3 }));
  expect(await rig.runAll(study({ a: 1, b: 2 }))).toEqual([]);
});

test('an edit of a stage reruns its steps and what really changed behind them', async () => {
  await rig.runAll(study());
  rig.code.set(test_, 'edited');
  const status = await rig.status(study());
  expect(status['score/a']).toMatchObject({ state: 'stale', reasons: [{ kind: 'code', file: 'stage.ts' }] });
  expect(status['train/a']!.state).toBe('fresh');
  expect(status['table']!.state).toBe('pending');
  // The scores come out as before, so the table is cut off.
  expect(await rig.runAll(study())).toEqual(['score/a', 'score/b']);
});

test('after a failure nothing new starts, what runs may end, and dependants are not run', async () => {
  const running = rig.run(study(), { jobs: 2 });
  (await rig.next('text')).exit();
  const a = await rig.next('train/a');
  const b = await rig.next('train/b');
  a.fail({ message: 'diverged' });
  b.exit();
  const { counts, failures, ok } = await running;
  expect(ok).toBe(false);
  expect(counts).toEqual({ built: 2, reused: 0, failed: 1, notRun: 3 });
  expect(failures).toEqual([
    { step: 'train/a', failure: { reason: 'stage-threw', message: 'diverged', at: 'stage.ts:1:1' } },
  ]);
  const status = await rig.status(study());
  expect(status['train/a']).toMatchObject({ state: 'failed', failure: { message: 'diverged' } });
  expect(status['train/b']!.state).toBe('fresh');
});

test('a step that waited for the core of the failed one does not start', async () => {
  const targets = { all: ['a', 'b', 'c'].map((name) => step(name, source)) };
  const running = rig.run(targets, { jobs: 1 });
  const first = await Promise.race(['a', 'b', 'c'].map((name) => rig.next(name)));
  first.fail();
  expect((await running).counts).toEqual({ built: 0, reused: 0, failed: 1, notRun: 2 });
  expect(rig.started).toEqual([first.job.step]);
});

test('with continue, all goes on that does not need the failed step', async () => {
  const running = rig.run(study(), { policy: 'continue' });
  (await rig.next('text')).exit();
  (await rig.next('train/a')).fail();
  (await rig.next('train/b')).exit();
  (await rig.next('score/b')).exit();
  expect((await running).counts).toEqual({ built: 3, reused: 0, failed: 1, notRun: 2 });
  expect(rig.events.find((event) => event.event === 'step-finished' && event.step === 'table')).toMatchObject(
    { because: 'train/a' },
  );
});

test('with kill, running steps are ended', async () => {
  const running = rig.run(study(), { policy: 'kill' });
  (await rig.next('text')).exit();
  const a = await rig.next('train/a');
  await rig.next('train/b');
  a.fail();
  expect((await running).counts).toEqual({ built: 1, reused: 0, failed: 2, notRun: 3 });
  // A stopped step is not remembered as failed: it only did not end.
  expect((await rig.status(study()))['train/b']!.state).toBe('stale');
});

test('a forced step runs although it is fresh, once', async () => {
  await rig.runAll(study());
  const targets = study();
  const forced = targets.table.needs['scores']!.from as readonly (typeof targets.table)[];
  expect(await rig.runAll(targets, { forced: new Set([forced[0]!]) })).toEqual(['score/a']);
  expect(rig.events.find((event) => event.event === 'step-started')).toMatchObject({
    reasons: [{ kind: 'forced' }],
  });
});

test('a volatile step runs in every run; unchanged output stops there', async () => {
  const clock = () => ({
    table: step('table', table, {
      needs: { scores: [step('s', test_, { needs: { weights: file('w.txt') }, volatile: true })] },
    }),
  });
  rig.file('w.txt', 'w');
  expect(await rig.runAll(clock())).toEqual(['s', 'table']);
  expect(await rig.runAll(clock())).toEqual(['s']);
});

test('a changed local file reruns what reads it', async () => {
  rig.file('data/w.txt', 'one');
  const targets = () => ({ s: step('s', test_, { needs: { weights: file('data/w.txt') } }) });
  expect(await rig.runAll(targets())).toEqual(['s']);
  rig.file('data/w.txt', 'two');
  expect(await rig.status(targets())).toMatchObject({
    s: { state: 'stale', reasons: [{ kind: 'file', path: 'data/w.txt' }] },
  });
  expect(await rig.runAll(targets())).toEqual(['s']);
});

test('a missing local file fails its step with a sentence', async () => {
  const result = await rig.run({ s: step('s', test_, { needs: { weights: file('nowhere/*.txt') } }) });
  expect(result.failures[0]!.failure).toMatchObject({
    reason: 'input-missing',
    message: expect.stringContaining('nowhere/*.txt') as string,
  });
});

test('an input that changes while its step runs: once more, then failed, nothing stored', async () => {
  rig.file('w.txt', 'one');
  const targets = { s: step('s', test_, { needs: { weights: file('w.txt') } }) };
  const running = rig.run(targets);
  const first = await rig.next('s');
  rig.file('w.txt', 'two');
  first.exit();
  const second = await rig.next('s');
  rig.file('w.txt', 'three');
  second.exit();
  const { failures, counts } = await running;
  expect(failures[0]!.failure.reason).toBe('input-changed');
  expect(counts.built).toBe(0);
});

test('an input that changes once is read again', async () => {
  rig.file('w.txt', 'one');
  const targets = { s: step('s', test_, { needs: { weights: file('w.txt') } }) };
  const running = rig.run(targets);
  const first = await rig.next('s');
  rig.file('w.txt', 'two');
  first.exit();
  (await rig.next('s')).exit();
  expect((await running).counts.built).toBe(1);
  expect(await rig.runAll(targets)).toEqual([]);
});

test('targets are copied to artifacts with their provenance; edited copies are put back, strangers stay', async () => {
  await rig.runAll(study());
  const path = join(rig.folder, 'artifacts/table/table');
  const text = readFileSync(path, 'utf8');
  const provenance = JSON.parse(
    readFileSync(join(rig.folder, 'artifacts/table/provenance.json'), 'utf8'),
  ) as { steps: { step: string }[]; profile: string };
  expect(provenance.profile).toBe('default');
  expect(provenance.steps.map((entry) => entry.step)).toEqual([
    'text',
    'train/a',
    'score/a',
    'train/b',
    'score/b',
    'table',
  ]);
  writeFileSync(path, 'edited');
  writeFileSync(join(rig.folder, 'artifacts/table/notes.txt'), 'mine');
  await rig.runAll(study());
  expect(readFileSync(path, 'utf8')).toBe(text);
  expect(readFileSync(join(rig.folder, 'artifacts/table/notes.txt'), 'utf8')).toBe('mine');
});

test('a target that gathers others puts each into its own folder', async () => {
  const [one, two, more] = [step('one', source), step('two', source), step('more', source)];
  await rig.runAll({ one, two, everything: [one, more] }, { only: ['everything'] });
  const has = (path: string) => existsSync(join(rig.folder, 'artifacts', path));
  expect(['one/text', 'everything/more/text', 'everything/one', 'two'].map(has)).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

test('a command gets its paths filled in and quoted', async () => {
  rig.file("it's.txt", 'x');
  rig.file('fit.py', 'print()');
  const fit = command({
    run: 'python3 fit.py {needs.weights} {out.s} {params.name} {{x}',
    files: ['fit.py'],
    needs: { weights: 'weights' },
    outputs: { s: 'score' },
    params: z.object({ name: z.string() }),
  });
  const targets = {
    s: step('s', fit, { needs: { weights: file("it's.txt") }, params: { name: "o'clock now" } }),
  };
  const running = rig.run(targets);
  const held = await rig.next('s');
  expect(held.job.work).toMatchObject({
    kind: 'command',
    run: `python3 fit.py in/weights/weights out/score 'o'\\''clock now' {x}`,
  });
  held.exit();
  await running;
  rig.file('fit.py', 'print(1)');
  expect(await rig.runAll(targets)).toEqual(['s']);
});

test('steps that share a stream share its seed', async () => {
  const random = defineStage({
    params: z.object({ at: z.number() }),
    outputs: ['x'],
    random: true,
    run() {},
  });
  const seeds = new Map<string, number | null>();
  const targets = {
    all: [1, 2, 3].map((at) =>
      step(`s${at}`, random, { params: { at }, ...(at < 3 ? { seed: 'rep-0' } : {}) }),
    ),
  };
  const running = rig.run(targets);
  for (const name of ['s1', 's2', 's3']) {
    const held = await rig.next(name);
    seeds.set(name, held.job.seed);
    held.exit();
  }
  await running;
  expect(seeds.get('s1')).toBe(seeds.get('s2'));
  expect(seeds.get('s1')).not.toBe(seeds.get('s3'));
});

test('with one core, the longest path goes first, and equal ones in the order of declaration', async () => {
  await rig.runAll(study(), { jobs: 1 });
  expect(rig.started).toEqual(['text', 'train/a', 'train/b', 'score/a', 'score/b', 'table']);
});

test('no more steps run at once than there are cores', async () => {
  const running = rig.run(study(), { jobs: 1 });
  (await rig.next('text')).exit();
  const first = await rig.next('train/a');
  expect(rig.started).toEqual(['text', 'train/a']);
  first.exit();
  for (const name of ['train/b', 'score/a', 'score/b', 'table']) (await rig.next(name)).exit();
  expect((await running).ok).toBe(true);
});

test('results of another environment count unless refused, and say so', async () => {
  const numerical = defineStage({ outputs: ['x'], numerical: true, run() {} });
  const targets = { n: step('n', numerical) };
  const first = createRig({ numerical: { backend: 'a' } });
  await first.runAll(targets);
  const second = createRig({ store: first.store, numerical: { backend: 'b' } });
  expect(await second.runAll(targets)).toEqual([]);
  expect(second.events.find((event) => event.event === 'step-finished')).toMatchObject({
    outcome: 'reused',
    from: 'other-env',
  });
  expect(await second.runAll(targets, { anyEnv: false })).toEqual(['n']);
  first.close();
  second.close();
});
