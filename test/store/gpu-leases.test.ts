import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createGpuLeases, machineFolder } from '../../src/store/gpu-leases.ts';
import { thisProcess } from '../../src/store/owner.ts';
import type { GpuLease, GpuLeases } from '../../src/store/store.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Two values of one process stand for two runs: neither knows of the other but by the folder. */
function twoRuns(): { folder: string; runs: [GpuLeases, GpuLeases] } {
  const folder = join(temporaryFolder(), 'gpus');
  return { folder, runs: [createGpuLeases(folder), createGpuLeases(folder)] };
}

async function taken(of: ReturnType<GpuLeases['take']>): Promise<GpuLease> {
  const lease = await of;
  if ('busy' in lease) throw new Error(`busy: ${lease.busy}`);
  return lease;
}

it('two runs get different cards, and each its own back', async () => {
  const { folder, runs } = twoRuns();
  const first = await taken(runs[0].take(1, [0, 1]));
  const second = await taken(runs[1].take(1, [0, 1]));
  expect([first.gpus, second.gpus]).toEqual([[0], [1]]);
  expect(await runs[0].take(1, [0, 1])).toMatchObject({ busy: expect.any(String) as string });
  first.release();
  expect((await taken(runs[1].take(1, [0, 1]))).gpus).toEqual([0]);
  expect(readdirSync(folder).sort()).toEqual(['gpu-0.0', 'gpu-1.0']);
});

it('a card that is given back twice stays with the step that has it by then', async () => {
  const { runs } = twoRuns();
  const first = await taken(runs[0].take(1, [0]));
  first.release();
  await taken(runs[0].take(1, [0]));
  first.release();
  // It is the run's own: no other run is waited for.
  expect(await runs[0].take(1, [0])).toEqual({ busy: '' });
});

it('who does not get all keeps none', async () => {
  const { folder, runs } = twoRuns();
  const one = await taken(runs[0].take(1, [1]));
  expect(await runs[1].take(2, [0, 1])).toHaveProperty('busy');
  expect(readdirSync(folder)).toEqual(['gpu-1.0']);
  one.release();
  expect((await taken(runs[1].take(2, [0, 1]))).gpus).toEqual([0, 1]);
});

it('no card is asked for where a step wants none', async () => {
  const { folder, runs } = twoRuns();
  expect((await taken(runs[0].take(0, [0, 1]))).gpus).toEqual([]);
  expect(() => statSync(folder)).toThrow();
});

it('the card of a dead run is free at once, also where its file cannot be removed', async () => {
  const { folder, runs } = twoRuns();
  (await taken(runs[0].take(1, [0]))).release();
  const dead = { ...thisProcess(), start: '1', token: 'dead', workers: [], beat: 0 };
  writeFileSync(join(folder, 'gpu-0.4'), JSON.stringify(dead));
  const lease = await taken(runs[1].take(1, [0]));
  expect(lease.gpus).toEqual([0]);
  expect(readdirSync(folder)).toEqual(['gpu-0.5']);
});

it('all users of the machine may write there, and none remove what is another’s', async () => {
  const { folder, runs } = twoRuns();
  await taken(runs[0].take(1, [0]));
  expect(statSync(folder).mode & 0o7777).toBe(0o1777);
  expect(machineFolder({ AR_PIPE_GPU_LEASES: '/elsewhere' })).toBe('/elsewhere');
  expect(machineFolder({})).toMatch(/ar-pipe-gpus$/);
});
