/** Files that change between the moment a run read them and the moment a step uses them. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import * as z from 'zod';
import { command, defineStage, file, step } from 'ar-pipe';
import { sha256 } from '../../src/key/recipe.ts';
import { createMemoryStore } from '../../src/store/memory.ts';
import { createRig, type Held, type Rig } from '../rig.ts';

const source = defineStage({ outputs: ['text'], run() {} });
const both = defineStage({ needs: { text: 'text', other: 'w.txt' }, outputs: ['score'], run() {} });
const reader = defineStage({ needs: { text: 'text' }, outputs: ['copy'], run() {} });

const gate = defineStage({ outputs: ['gate'], run() {} });
const later = defineStage({ needs: { text: 'text', gate: 'gate' }, outputs: ['later'], run() {} });

const numbered = defineStage({ params: z.object({ i: z.number() }), outputs: ['o'], run() {} });

let rig: Rig;
beforeEach(() => {
  rig = createRig();
});
afterEach(() => {
  rig.close();
});

const notices = (): string[] =>
  rig.events.flatMap((event) => (event.event === 'notice' ? [event.message] : []));

test('a local input edited while the run waits for something else enters the key as it is now', async () => {
  const targets = () => {
    const text = step('text', source);
    return { t: step('t', both, { needs: { text, other: file('w.txt') } }) };
  };
  rig.file('w.txt', 'before');
  const running = rig.run(targets());
  const text = await rig.next('text');
  rig.file('w.txt', 'after, of another length');
  text.exit();
  (await rig.next('t')).exit();
  expect((await running).counts.built).toBe(2);
  expect(notices()).toEqual(['w.txt changed since the run began; t takes it as it is now']);
  expect(await rig.status(targets())).toMatchObject({
    t: {
      state: 'fresh',
      description: { inputs: [{}, { ref: { digest: sha256('after, of another length') } }] },
    },
  });
  // And the bytes of before were never taken for done.
  rig.file('w.txt', 'before');
  expect((await rig.status(targets()))['t']!.state).toBe('stale');
});

test('an edit of the same length at the same moment is noticed too', async () => {
  rig.file('w.txt', 'one');
  const targets = { t: step('t', both, { needs: { text: step('text', source), other: file('w.txt') } }) };
  const running = rig.run(targets);
  (await rig.next('text')).exit();
  const job = await rig.next('t');
  rig.file('w.txt', 'two');
  job.exit();
  (await rig.next('t')).exit();
  expect((await running).counts.built).toBe(2);
  expect(notices()).toEqual(['w.txt changed while t was running; it runs once more']);
});

test.each([
  ['before it starts', true],
  ['while it runs', false],
])('a helper file of a command edited %s counts as its code', async (_when, early) => {
  const fit = command({
    run: 'sh fit.sh < {needs.text} > {out.a}',
    needs: { text: 'text' },
    files: ['fit.sh'],
    outputs: { a: 'a.txt' },
  });
  const targets = { fit: step('fit', fit, { needs: { text: step('text', source) } }) };
  rig.file('fit.sh', 'wc -c');
  const running = rig.run(targets);
  const text = await rig.next('text');
  if (early) rig.file('fit.sh', 'wc -l');
  text.exit();
  const first = await rig.next('fit');
  if (!early) {
    rig.file('fit.sh', 'wc -l');
    first.exit();
    (await rig.next('fit')).exit();
  } else first.exit();
  expect((await running).counts.built).toBe(2);
  expect((await rig.status(targets))['fit']!.state).toBe('fresh');
  rig.file('fit.sh', 'wc -c');
  expect((await rig.status(targets))['fit']!.state).toBe('stale');
});

test('an input that is edited each time before its step can start fails the step in the end', async () => {
  rig.file('w.txt', '0');
  let edits = 0;
  const restless = {
    take(...[wanted, among]: Parameters<ReturnType<typeof freeCards>['take']>) {
      rig.file('w.txt', `${++edits}`);
      return freeCards().take(wanted, among);
    },
  };
  rig.close();
  rig = createRig({ gpuLeases: restless });
  rig.file('w.txt', '0');
  const needs = { text: step('text', source), other: file('w.txt') };
  const running = rig.run({ t: step('t', both, { needs, resources: { gpus: 1 } }) }, { gpus: [0] });
  (await rig.next('text')).exit();
  const { failures } = await running;
  expect(failures).toMatchObject([{ step: 't', failure: { reason: 'input-changed' } }]);
  expect(edits).toBe(3);
  expect(rig.started).toEqual(['text']);
});

const freeCards = () => ({
  take: (wanted: number, among: readonly number[]) =>
    Promise.resolve({ gpus: among.slice(0, wanted), worker: () => undefined, release: () => undefined }),
});

test('bytes that are lost again after they were made again are made once more, not waited for', async () => {
  const text = step('text', source);
  const targets = {
    a: step('a', reader, { needs: { text } }),
    b: step('b', later, { needs: { text, gate: step('gate', gate) } }),
  };
  const spoil = ({ job }: Held): void => {
    const stored = job.links.find(({ path }) => path === job.needs['text'])!.to!;
    chmodSync(stored, 0o644);
    writeFileSync(stored, 'spoilt');
  };
  const running = rig.run(targets, { policy: 'continue' });
  (await rig.next('text')).exit();
  // Each try of a spoils what both need: it is made again for the second try, and once more for b.
  const first = await rig.next('a');
  spoil(first);
  first.exit();
  (await rig.next('text')).exit();
  const second = await rig.next('a');
  spoil(second);
  second.exit();
  (await rig.next('gate')).exit();
  (await rig.next('text')).exit();
  (await rig.next('b')).exit();
  const { failures, counts } = await running;
  expect(failures).toMatchObject([{ step: 'a', failure: { reason: 'input-changed' } }]);
  expect(counts).toMatchObject({ failed: 1 });
  expect(rig.started.filter((name) => name === 'text')).toHaveLength(3);
});

test('where a lease cannot be had, what was held for the step is given back, and the run comes to its end', async () => {
  const store = createMemoryStore(rig.folder);
  rig.close();
  mkdirSync(rig.folder, { recursive: true });
  rig = createRig({
    store: {
      ...store,
      leaseAtOnce: () => {
        throw new Error('the disk is full');
      },
    },
  });
  const steps = [0, 1, 2].map((i) => step(`s/${i}`, numbered, { params: { i } }));
  const { counts } = await rig.run({ all: steps }, { jobs: 1, policy: 'continue' });
  expect(counts).toMatchObject({ failed: 3, notRun: 0 });
});

test('a memory that cannot be written costs no step, and is said once', async () => {
  const broken = {
    of: () => undefined,
    set: () => {
      throw new Error('no space left');
    },
  };
  rig.close();
  rig = createRig({ last: broken });
  const targets = { a: step('a', source), b: step('b', gate) };
  expect(await rig.runAll(targets)).toEqual(['a', 'b']);
  expect(rig.outcomes()).toEqual({ a: 'built', b: 'built' });
  expect(notices()).toEqual([expect.stringMatching(/cannot be noted, so why will know less: no space left/)]);
});
