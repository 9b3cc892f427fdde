/** Steps that ask for further tries. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { defineStage, step } from 'ar-pipe';
import { createRig, type Rig } from '../rig.ts';

const flaky = defineStage({ outputs: ['o'], run() {} });
const otherwise = defineStage({ outputs: ['p'], run() {} });

let rig: Rig;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  rig = createRig();
});
afterEach(() => {
  vi.useRealTimers();
  rig.close();
});

const notices = (): string[] =>
  rig.events.flatMap((event) => (event.event === 'notice' ? [event.message] : []));

test('pauses grow from try to try, each failure is told, and a success ends them', async () => {
  const running = rig.run({ s: step('s', flaky, { retries: 3 }) });
  for (const [i, ms] of [1000, 2000].entries()) {
    (await rig.next('s')).fail({ message: `broke ${i}` });
    await vi.advanceTimersByTimeAsync(ms - 1);
    expect(rig.started).toHaveLength(i + 1);
    await vi.advanceTimersByTimeAsync(1);
  }
  (await rig.next('s')).exit();
  expect((await running).counts).toMatchObject({ built: 1, failed: 0 });
  expect(notices()).toEqual([
    's failed (broke 0); try 2 of 4 follows',
    's failed (broke 1); try 3 of 4 follows',
  ]);
});

test('only the last failure fails the step, and its try starts from nothing', async () => {
  const running = rig.run({ s: step('s', flaky, { retries: 1 }) });
  const dropped = vi.spyOn(rig.store, 'dropCheckpoint');
  (await rig.next('s')).fail({ message: 'first' });
  expect(dropped).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1000);
  const last = await rig.next('s');
  expect(dropped).toHaveBeenCalledOnce();
  last.fail({ message: 'last' });
  const { failures } = await running;
  expect(failures).toMatchObject([{ step: 's', failure: { message: 'last' } }]);
});

test('a try may take more than the one before it, and a pause takes nothing', async () => {
  const growing = step('growing', flaky, { retries: 2, resources: { cpus: [1, 2], memory: ['1MB', '3MB'] } });
  const other = step('other', otherwise, { resources: { cpus: 2 } });
  const running = rig.run({ growing, other }, { jobs: 2, policy: 'continue' });
  const amounts: unknown[] = [];
  for (const ms of [1000, 2000]) {
    const held = await rig.next('growing');
    amounts.push(held.job.resources);
    held.fail({ message: 'out of memory' });
    // Both cores are free meanwhile.
    if (ms === 1000) (await rig.next('other')).exit();
    await vi.advanceTimersByTimeAsync(ms);
  }
  const last = await rig.next('growing');
  amounts.push(last.job.resources);
  last.exit();
  expect((await running).counts).toMatchObject({ built: 2 });
  const grown = { cpus: 2, memory: 3 * 2 ** 20, gpus: [] };
  expect(amounts).toEqual([{ cpus: 1, memory: 2 ** 20, gpus: [] }, grown, grown]);
});

test('a try that could never have what it asks for is refused before the run', async () => {
  const growing = (retries: number) => step('growing', flaky, { retries, resources: { cpus: [1, 9] } });
  await expect(rig.run({ growing: growing(1) })).rejects.toMatchObject({
    failure: { reason: 'usage', message: "step 'growing' asks for cpus 9, but there is only 8" },
  });
  // It will not be tried twice.
  await rig.runAll({ growing: growing(0) });
  expect(rig.outcomes()).toEqual({ growing: 'built' });
});

test('a run that is stopped during a pause starts no further try', async () => {
  const stop = new AbortController();
  const running = rig.run({ s: step('s', flaky, { retries: 1 }) }, { stop });
  (await rig.next('s')).fail({ message: 'broke' });
  await vi.advanceTimersByTimeAsync(500);
  stop.abort();
  expect((await running).failures).toMatchObject([{ step: 's', failure: { message: 'broke' } }]);
  expect(rig.started).toEqual(['s']);
});
