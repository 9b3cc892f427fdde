/** Runs and pulls beside a shared cache. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import * as z from 'zod';
import { defineStage, step } from 'ar-pipe';
import { pull, shareable } from '../../src/build/shared.ts';
import { createDirectoryRemote } from '../../src/remote/directory.ts';
import { createRemoteResults, type RemoteResults } from '../../src/remote/results.ts';
import { filesOf, type SharedResults, type Store } from '../../src/store/store.ts';
import { createRig, type Rig } from '../rig.ts';

const source = defineStage({ params: z.object({ n: z.number() }), outputs: ['text'], run() {} });
const copy = defineStage({ needs: { text: 'text' }, outputs: ['text'], run() {} });
const finish = defineStage({ needs: { text: 'text' }, outputs: ['text'], run() {} });

/** first → middle → last */
const study = (n = 1) => {
  const middle = step('middle', copy, { needs: { text: step('first', source, { params: { n } }) } });
  return { last: step('last', finish, { needs: { text: middle } }) };
};

let here: Rig;
let there: Rig;
let cache: string;
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'ar-pipe-shared-'));
  here = createRig();
  there = createRig();
});
afterEach(() => {
  here.close();
  there.close();
  rmSync(cache, { recursive: true });
});

const resultsOf = (store: Store): RemoteResults =>
  createRemoteResults({
    remote: createDirectoryRemote(cache),
    store,
    trust: 'anyone',
    signer: undefined,
    onRefused: () => undefined,
  });

/** Shares the results of these steps, or all. */
async function share(rig: Rig, names?: readonly string[]): Promise<void> {
  const { plan } = await rig.plan(study());
  const steps = [...plan.keys()].filter(({ name }) => names?.includes(name) ?? true);
  for (const [, entry] of shareable(steps, plan).entries) await resultsOf(rig.store).share(entry);
}

const froms = (rig: Rig): Record<string, string | undefined> =>
  Object.fromEntries(
    rig.events.flatMap((event) => (event.event === 'step-finished' ? [[event.step, event.from]] : [])),
  );

test('a run takes what the cache has, and builds the rest on it', async () => {
  await here.runAll(study());
  await share(here, ['first', 'middle']);
  expect(await there.runAll(study(), { shared: resultsOf(there.store) })).toEqual(['last']);
  expect(there.outcomes()).toEqual({ first: 'reused', middle: 'reused', last: 'built' });
  expect(froms(there)).toEqual({ first: 'remote', middle: 'remote', last: undefined });
  // From now on they are its own.
  expect(await there.runAll(study())).toEqual([]);
});

test('what is forced runs, whatever the cache has', async () => {
  await here.runAll(study());
  await share(here);
  const targets = study();
  const shared = resultsOf(there.store);
  expect(await there.runAll(targets, { shared, forced: new Set([targets.last]) })).toEqual(['last']);
});

test('lost bytes come back from the cache without running the step that made them', async () => {
  await here.runAll(study());
  await share(here);
  const { plan } = await here.plan(study());
  const [, made] = [...plan].find(([{ name }]) => name === 'middle')!;
  if (made.state !== 'fresh') throw new Error('it was built');
  for (const file of Object.values(made.entry.outputs).flatMap(filesOf))
    rmSync((await here.store.object(file))!);
  here.code.set(finish, 'edited');
  expect(await here.runAll(study(), { shared: resultsOf(here.store) })).toEqual(['last']);
});

test('a cache that fails is left aside, which is said once', async () => {
  let asked = 0;
  const shared: SharedResults = {
    name: 'the lab',
    find: () => {
      asked++;
      return Promise.reject(new Error('no route'));
    },
  };
  expect(await here.runAll(study(), { shared })).toEqual(['first', 'last', 'middle']);
  expect(asked).toBe(1);
  expect(here.events.filter(({ event }) => event === 'notice')).toEqual([
    {
      event: 'notice',
      level: 'warn',
      message: 'the shared cache the lab is left aside for this run: no route',
    },
  ]);
});

test('pull brings what is there, says what is not, and runs nothing', async () => {
  await here.runAll(study());
  await share(here, ['first', 'last']);
  const { plan, prepared, last } = await there.plan(study());
  const pulled = await pull([...plan.keys()], plan, { ...prepared, last }, resultsOf(there.store));
  expect(pulled.map(({ step: name, outcome, key }) => [name, outcome, key === null])).toEqual([
    ['first', 'pulled', false],
    ['middle', 'absent', false],
    ['last', 'absent', true],
  ]);
  expect(there.started).toEqual([]);
  // Its key is known once what it needs is made.
  expect(await there.runAll(study(), { shared: resultsOf(there.store) })).toEqual(['middle']);
});
