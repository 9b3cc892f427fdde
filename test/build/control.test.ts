/** forget, freeze and accept. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import * as z from 'zod';
import { defineStage, step } from 'ar-pipe';
import { accept } from '../../src/build/accept.ts';
import { forget } from '../../src/build/forget.ts';
import { freeze, thaw } from '../../src/build/freeze.ts';
import { createRig, type Rig } from '../rig.ts';

const source = defineStage({ params: z.object({ n: z.number() }), outputs: ['text'], run() {} });
const copy = defineStage({ needs: { text: 'text' }, outputs: ['text'], run() {} });

/** first → middle → last */
const study = (n = 1) => {
  const middle = step('middle', copy, { needs: { text: step('first', source, { params: { n } }) } });
  return { last: step('last', copy, { needs: { text: middle } }) };
};
const now = new Date('2020-07-13T00:00:00Z');

let rig: Rig;
beforeEach(() => {
  rig = createRig();
});
afterEach(() => {
  rig.close();
});

const states = async (n = 1): Promise<Record<string, string>> =>
  Object.fromEntries(Object.entries(await rig.status(study(n))).map(([name, { state }]) => [name, state]));

async function planned(n = 1) {
  const { plan, prepared, last } = await rig.plan(study(n));
  const steps = [...plan.keys()];
  const named = (...names: string[]) => steps.filter(({ name }) => names.includes(name));
  return { plan, prepared, last, steps, named, store: rig.store };
}

async function acceptNow(names: readonly string[], n = 1) {
  const { named, steps, prepared } = await planned(n);
  return accept(named(...names), steps, prepared, now);
}

test('what is forgotten runs again, and what needs it only if it comes out otherwise', async () => {
  await rig.runAll(study());
  const { plan, named, ...parts } = await planned();
  const [forgotten] = forget(named('middle'), plan, parts);
  expect(forgotten!.keys).toHaveLength(1);
  expect(await rig.status(study())).toMatchObject({
    first: { state: 'fresh' },
    middle: { state: 'stale', reasons: [{ kind: 'output-lost', output: 'text' }] },
    last: { state: 'pending' },
  });
  expect(await rig.runAll(study())).toEqual(['middle']);
});

test('also the last result of a step that is stale is forgotten', async () => {
  await rig.runAll(study(1));
  const { plan, named, ...parts } = await planned(2);
  expect(forget(named('first', 'last'), plan, parts).map(({ keys }) => keys.length)).toEqual([1, 1]);
  expect((await states(1))['first']).toBe('stale');
});

test('a frozen step keeps its result whatever changes, until it is thawed', async () => {
  await rig.runAll(study(1));
  const { plan, named, last, store } = await planned();
  freeze(named('first'), plan, { last, store });
  expect(await states(2)).toEqual({ first: 'fresh', middle: 'fresh', last: 'fresh' });
  expect(await rig.runAll(study(2))).toEqual([]);
  expect((await rig.status(study(2)))['first']).toMatchObject({ frozen: true });
  expect(thaw(named('first'), last)).toEqual([{ step: 'first', frozen: false, key: null }]);
  expect((await states(2))['first']).toBe('stale');
});

test('freezing what has no result is refused, and freezes nothing', async () => {
  const { plan, named, last, store } = await planned();
  expect(() => freeze(named('first', 'last'), plan, { last, store })).toThrow(
    'first, last: no result to keep',
  );
  expect(last.of('first')).toBeUndefined();
});

test('a frozen step can be forced', async () => {
  await rig.runAll(study(1));
  const { plan, named, last, store } = await planned();
  freeze(named('first'), plan, { last, store });
  const targets = study(2);
  const first = targets.last.needs['text']!.from;
  const chosen = 'needs' in first ? first.needs['text']!.from : undefined;
  expect(await rig.runAll(targets, { forced: new Set([chosen as never]) })).toContain('first');
});

test('an accepted change of code makes the results count for the new code, through the whole chain', async () => {
  await rig.runAll(study());
  rig.code.set(source, 'edited');
  rig.code.set(copy, 'edited too');
  const before = (await planned()).last.of('middle')!.built!;
  expect((await acceptNow(['first', 'middle', 'last'])).map((each) => each.step)).toEqual([
    'first',
    'middle',
    'last',
  ]);
  expect(await states()).toEqual({ first: 'fresh', middle: 'fresh', last: 'fresh' });
  const middle = (await rig.status(study()))['middle']!;
  expect(middle.state === 'fresh' && middle.entry).toMatchObject({
    outputs: before.outputs,
    facts: {
      accepted: [
        { from: before.key, code: before.recipe.code, changes: ['stage.ts:1'], at: now.toISOString() },
      ],
    },
  });
  expect(await rig.runAll(study())).toEqual([]);
});

test('accepting twice keeps the whole history', async () => {
  await rig.runAll(study());
  for (const text of ['second', 'third']) {
    rig.code.set(source, text);
    await acceptNow(['first']);
  }
  const first = (await rig.status(study()))['first']!;
  expect(first.state === 'fresh' && first.entry.facts.accepted).toHaveLength(2);
  expect(await acceptNow(['first'])).toEqual([]);
});

test('more than a change of code is not accepted, and then nothing is', async () => {
  await rig.runAll(study(1));
  rig.code.set(source, 'edited');
  await expect(acceptNow(['first'], 2)).rejects.toThrow('first is stale for more than its code');
  rig.code.set(copy, 'edited too');
  await expect(acceptNow(['last'])).rejects.toThrow('last waits for steps that are not fresh');
  await expect(acceptNow(['first', 'last'])).rejects.toThrow('last waits for');
  expect((await states())['first']).toBe('stale');
});

test('a step that failed after a harmless change can be accepted', async () => {
  await rig.runAll(study());
  rig.code.set(source, 'edited');
  const running = rig.run(study());
  (await rig.next('first')).fail();
  await running;
  expect((await states())['first']).toBe('failed');
  expect(await acceptNow(['first'])).toHaveLength(1);
  expect((await states())['first']).toBe('fresh');
});
