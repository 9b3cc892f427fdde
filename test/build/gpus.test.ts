/** GPUs that several runs share. */
import { expect, test } from 'vitest';
import { withGpuLeases } from '../../src/build/gpus.ts';
import { createBroker } from '../../src/build/resources.ts';
import type { GpuLease, GpuLeases } from '../../src/store/store.ts';

const capacity = { cpus: 1, memory: 0, gpus: [0, 1], numericalGpus: 0, other: {} };
const never = new AbortController().signal;

/** Cards of which another run has one until it lets go. */
function contended(): { leases: GpuLeases; free: () => void; released: number[] } {
  const released: number[] = [];
  let busy = true;
  return {
    released,
    free: () => (busy = false),
    leases: {
      take(wanted, among) {
        if (busy) return Promise.resolve({ busy: 'process 7 on here' });
        const gpus = among.slice(0, wanted);
        const lease: GpuLease = { gpus, worker: () => undefined, release: () => released.push(...gpus) };
        return Promise.resolve(lease);
      },
    },
  };
}

test('who waits for another run’s card holds nothing, says so once, and gets it later', async () => {
  const { leases, free, released } = contended();
  const said: string[] = [];
  const broker = withGpuLeases(createBroker(capacity), {
    leases,
    among: capacity.gpus,
    onWait: (owner) => said.push(owner),
  });
  const waiting = broker.take({ cpus: 1, gpus: 1 }, 1, never);
  await expect.poll(() => said).toEqual(['process 7 on here']);
  // The only core is free for a step without a card, and again for the next one.
  for (let i = 0; i < 3; i++) (await broker.take({ cpus: 1 }, 0, never))!.release();
  free();
  const grant = await waiting;
  expect(grant?.gpus).toEqual([0]);
  grant?.release();
  expect(released).toEqual([0]);
  expect(said).toHaveLength(1);
});

test('waiting ends when the run is stopped', async () => {
  const stop = new AbortController();
  const broker = withGpuLeases(createBroker(capacity), {
    leases: contended().leases,
    among: capacity.gpus,
    onWait: () => {
      stop.abort();
    },
  });
  expect(await broker.take({ cpus: 1, gpus: 1 }, 0, stop.signal)).toBeUndefined();
});

test('what is held is given back where the cards cannot be asked for', async () => {
  const leases: GpuLeases = { take: () => Promise.reject(new Error('no folder')) };
  const broker = withGpuLeases(createBroker(capacity), { leases, among: [0], onWait: () => undefined });
  await expect(broker.take({ cpus: 1, gpus: 1 }, 0, never)).rejects.toThrow('no folder');
  expect(await broker.take({ cpus: 1 }, 0, never)).toBeDefined();
});
