/** `verify --recompute`: steps run again beside the store, and what comes out is compared. */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { defineStage, step } from 'ar-pipe';
import { sha256 } from '../../src/key/recipe.ts';
import { createRig, type Rig } from '../rig.ts';

const source = defineStage({ outputs: ['text'], run() {} });
const train = defineStage({ needs: { text: 'text' }, outputs: ['weights', 'log'], run() {} });
const study = () => ({ train: step('train', train, { needs: { text: step('text', source) } }) });

let rig: Rig;
beforeEach(() => {
  rig = createRig();
});
afterEach(() => {
  rig.close();
});

test('a step that gives the same bits', async () => {
  await rig.runAll(study());
  const again = rig.recompute(study());
  const job = await rig.next('train');
  expect(rig.started).toEqual(['train']);
  job.exit();
  expect(await again).toEqual([{ step: 'train', outcome: 'same', key: job.job.key, ms: 1 }]);
});

test('a step that does not is named with the file and the byte, and the store keeps what it had', async () => {
  const running = rig.run(study());
  (await rig.next('text')).exit();
  (await rig.next('train')).exit({ weights: 'weights', log: 'log' });
  await running;
  const again = rig.recompute(study());
  const job = await rig.next('train');
  job.exit({ weights: 'weigHts', log: 'log' });
  const files = [{ file: 'weights', offset: 4, stored: sha256('weights'), recomputed: sha256('weigHts') }];
  expect(await again).toEqual([{ step: 'train', outcome: 'differs', key: job.job.key, ms: 1, files }]);
  const status = await rig.status(study());
  expect(status['train']).toMatchObject({
    state: 'fresh',
    entry: { outputs: { weights: { digest: sha256('weights') } } },
  });
});

test('checkpoints of the real step are neither used nor lost', async () => {
  await rig.runAll(study());
  const again = rig.recompute(study());
  const held = await rig.next('train');
  const { job } = held;
  const real = rig.store.checkpointFolder(job.key);
  expect(job.checkpoint).not.toBe(real);
  mkdirSync(real);
  held.exit();
  await again;
  expect(() => readFileSync(real)).toThrow('EISDIR');
});

test('what has no present result, failed, or lacks its input', async () => {
  const volatile = () => ({ now: step('now', source, { volatile: true }) });
  await rig.runAll(volatile());
  expect(await rig.recompute(volatile())).toEqual([{ step: 'now', outcome: 'skipped', because: 'volatile' }]);
  expect(await rig.recompute(study())).toEqual([{ step: 'train', outcome: 'no-result', state: 'stale' }]);
  await rig.runAll(study());
  const again = rig.recompute(study());
  (await rig.next('train')).fail({ message: 'it broke' });
  expect(await again).toMatchObject([{ outcome: 'failed', failure: { message: 'it broke' } }]);

  const text = (await rig.status(study()))['text']!;
  const ref = text.state === 'fresh' ? text.entry.outputs['text']! : undefined;
  const object = (await rig.store.object(ref!))!;
  chmodSync(object, 0o644);
  writeFileSync(object, 'other');
  expect(await rig.recompute(study())).toMatchObject([
    { outcome: 'failed', failure: { reason: 'object-corrupt', hint: 'ar-pipe run --force text' } },
  ]);
});
