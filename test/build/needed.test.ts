import { afterEach, beforeEach, expect, test } from 'vitest';
import * as z from 'zod';
import { defineStage, step } from 'ar-pipe';
import { keysNeeded } from '../../src/build/needed.ts';
import { createRig, type Rig } from '../rig.ts';

const source = defineStage({ params: z.object({ n: z.number() }), outputs: ['text'], run() {} });
const copy = defineStage({ needs: { text: 'text' }, outputs: ['text'], run() {} });
const study = (n: number) => {
  const first = step('first', source, { params: { n } });
  return { last: step('last', copy, { needs: { text: step('middle', copy, { needs: { text: first } }) } }) };
};

let rig: Rig;
beforeEach(() => {
  rig = createRig();
});
afterEach(() => {
  rig.close();
});

test('fresh results, steps that will run, and last results of what may still be right', async () => {
  await rig.runAll(study(1));
  const before = await rig.plan(study(1));
  const keys = [...before.plan.values()].map((verdict) => 'entry' in verdict && verdict.entry.key);
  expect(keysNeeded(before.plan, before.last)).toEqual(keys);

  const { plan, last } = await rig.plan(study(2));
  const [first, ...others] = keysNeeded(plan, last);
  const [verdict] = plan.values();
  expect(first).toBe(verdict!.state === 'stale' && verdict!.description?.key);
  expect(first).not.toBe(keys[0]);
  expect(others).toEqual(keys.slice(1));
});

test('of steps never built only what will certainly run', async () => {
  const { plan, last } = await rig.plan(study(1));
  expect(keysNeeded(plan, last)).toHaveLength(1);
});
