/** Steps that ask for further tries. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { defineStage, step } from 'ar-pipe';
import { createRig, type Rig } from '../rig.ts';

const flaky = defineStage({ outputs: ['o'], run() {} });

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
