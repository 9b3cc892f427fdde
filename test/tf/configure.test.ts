import { expect, test } from 'vitest';
import { configureNative } from '../../src/tf/backend/native.ts';

test('the native library gets its threads and oneDNN whatever the processor, unless the environment says otherwise', () => {
  const env: NodeJS.ProcessEnv = { TF_NUM_INTRAOP_THREADS: '8' };
  configureNative(env, 2);
  expect(env).toMatchObject({
    TF_NUM_INTRAOP_THREADS: '2',
    TF_NUM_INTEROP_THREADS: '2',
    TF_ENABLE_ONEDNN_OPTS: '1',
  });
  const without: NodeJS.ProcessEnv = { TF_ENABLE_ONEDNN_OPTS: '0' };
  configureNative(without, 1);
  expect(without['TF_ENABLE_ONEDNN_OPTS']).toBe('0');
});
