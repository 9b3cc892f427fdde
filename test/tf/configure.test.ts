import { expect, test } from 'vitest';
import { configureNative } from '../../src/tf/backend/native.ts';

const configured = (isa: string, env: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => {
  configureNative(env, 2, isa);
  return env;
};

test('the native library gets the threads of the job, whatever the environment says', () => {
  expect(configured('avx2', { TF_NUM_INTRAOP_THREADS: '8' })).toMatchObject({
    TF_NUM_INTRAOP_THREADS: '2',
    TF_NUM_INTEROP_THREADS: '2',
  });
});

test.each(['avx2', 'avx512'])('oneDNN computes on every processor with %s, unless told not to', (isa) => {
  expect(configured(isa)['TF_ENABLE_ONEDNN_OPTS']).toBe('1');
  expect(configured(isa, { TF_ENABLE_ONEDNN_OPTS: '0' })['TF_ENABLE_ONEDNN_OPTS']).toBe('0');
});

test.each(['avx', 'sse4', 'neon', 'sve', 'unknown'])('with %s TensorFlow decides itself', (isa) => {
  expect(configured(isa)).not.toHaveProperty('TF_ENABLE_ONEDNN_OPTS');
});
