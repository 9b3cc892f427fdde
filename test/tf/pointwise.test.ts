import { expect, test } from 'vitest';
import type { Core, Rank, Tensor, Tensor4D } from 'ar-pipe/tf';
import { everyBackend, hasNative, numbers, relativeError, valuesOn } from './rig.ts';

const tf: Core = await everyBackend();

type Shape = [number, number, number, number];
const cases: readonly (readonly [string, Shape, Shape, number | [number, number]])[] = [
  ['few channels', [3, 8, 8, 4], [1, 1, 4, 6], 2],
  ['odd sizes', [2, 7, 9, 3], [1, 1, 3, 5], 2],
  ['one axis', [2, 6, 5, 15], [1, 1, 15, 2], [3, 1]],
  ['a picture of 64x64', [1, 64, 64, 1], [1, 1, 1, 8], 2],
  ['many channels', [2, 8, 8, 16], [1, 1, 16, 8], 2],
  ['stride 1', [2, 8, 8, 4], [1, 1, 4, 8], 1],
  ['a filter of 3x3', [2, 9, 9, 4], [3, 3, 4, 8], 2],
];

test.skipIf(!hasNative).each(cases)(
  'filter gradient of a convolution, %s: as in plain JavaScript',
  async (_, shape, filterShape, strides) => {
    const filled = (sizes: Shape, seed: number): Tensor4D =>
      tf.tensor<Rank.R4>(numbers(tf.util.sizeFromShape(sizes), seed), sizes);
    const gradient = (padding: 'same' | 'valid') => () =>
      tf.tidy(() => {
        const x = filled(shape, 1);
        const filter = filled(filterShape, 2);
        const loss = (kernel: Tensor) =>
          tf.sum(tf.square(tf.conv2d(x, kernel as Tensor4D, strides, padding))).asScalar();
        return tf.grad(loss)(filter);
      });
    for (const padding of ['same', 'valid'] as const) {
      const native = await valuesOn(tf, 'tensorflow', gradient(padding));
      expect(relativeError(native, await valuesOn(tf, 'cpu', gradient(padding)))).toBeLessThan(3e-6);
    }
  },
);
