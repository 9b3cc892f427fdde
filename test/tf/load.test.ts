import { expect, test } from 'vitest';
import { loadBackend, type Rank } from 'ar-pipe/tf';
import { changedGlobal, globals } from '../../src/exec/globals.ts';
import { backendEnv, chooseBackend } from '../../src/tf/record.ts';

const reported = (): unknown =>
  (globalThis as unknown as Record<symbol, unknown>)[Symbol.for('ar-pipe.backend')];

test('a worker in which a stage has loaded it is as good as new', async () => {
  const before = globals();
  const { tf } = await loadBackend();
  tf.tidy(() => tf.conv2d(tf.ones<Rank.R4>([1, 4, 4, 1]), tf.ones<Rank.R4>([3, 3, 1, 1]), 1, 'same'));
  expect(changedGlobal(before, globals(), false)).toBeUndefined();
});

test('the backend is loaded once, is the chosen one, and is reported as it enters keys', async () => {
  const [first, second] = await Promise.all([loadBackend(), loadBackend()]);
  expect(second).toBe(first);
  const choice = chooseBackend(process.env);
  expect(first).toMatchObject({ name: choice.name, version: choice.version, threads: 1 });
  expect(reported()).toEqual(backendEnv(choice, 1));
  expect(first.tf.add(1, 2).dataSync()[0]).toBe(3);
});

test('another backend in the same process is refused', async () => {
  await loadBackend();
  await expect(loadBackend({ backend: 'cpu' })).rejects.toThrow(
    /asked for backend cpu, but this process computes with/,
  );
});

test.skipIf(chooseBackend().name !== 'tensorflow')(
  'another number of threads in the same process is refused',
  async () => {
    await loadBackend();
    await expect(loadBackend({ threads: 3 })).rejects.toThrow(/asked for 3 threads/);
  },
);

test('AR_PIPE_THREADS must be a number', async () => {
  process.env['AR_PIPE_THREADS'] = 'many';
  try {
    await expect(loadBackend()).rejects.toThrow('AR_PIPE_THREADS=many is not a number of threads');
  } finally {
    delete process.env['AR_PIPE_THREADS'];
  }
});
