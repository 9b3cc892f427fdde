/** Processes of their own: what writes beyond its buffers ends them. */
import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { readRecord } from '../../src/tf/record.ts';

/** Filter gradients of strided 1x1 convolutions: with 8-wide vectors all of these were unsound, with 16-wide ones all but the first two. */
const script = `
const { tf } = await (await import(${JSON.stringify(pathToFileURL('dist/tf.js').href)})).loadBackend();
for (const [size, channels] of [[8, 4], [16, 3], [64, 4], [96, 1], [128, 7]]) {
  for (let i = 0; i < 8; i++) {
    tf.tidy(() => {
      const filter = tf.ones([1, 1, channels, 8]);
      const convolve = (kernel) => tf.conv2d(tf.ones([2, size, size, channels]), kernel, 2, 'same');
      tf.grad(convolve)(filter, tf.ones([2, size / 2, size / 2, 8])).dataSync();
    });
  }
}
console.log('sound');
`;

test.skipIf(!readRecord())('no convolution breaks the heap, whatever vectors the processor has', () => {
  for (const widest of ['AVX2', 'ALL']) {
    const { stdout, stderr, signal } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      env: {
        ...process.env,
        AR_PIPE_BACKEND: 'tensorflow',
        TF_ENABLE_ONEDNN_OPTS: '1',
        ONEDNN_MAX_CPU_ISA: widest,
      },
    });
    expect({ widest, signal, stdout, stderr }).toMatchObject({ signal: null, stdout: 'sound\n' });
  }
});
