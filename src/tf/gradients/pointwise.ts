/**
 * The filter's gradient of strided 1x1 convolutions, past an error of oneDNN (3.7.3, which TensorFlow 2.21 has; there still in
 * August 2026). It first copies the pixels that count into a buffer of as many channels as the input has, but places every part
 * of the copy as if there were whole vectors of channels: 8 with AVX2, 16 with AVX-512 (`rp.ws` in jit_avx2_1x1_convolution.cpp
 * and jit_avx512_common_1x1_convolution.cpp). With fewer channels the last parts land beyond the buffer, in other blocks of the
 * heap: with AVX2 wherever two rows of pixels count, with AVX-512 from maps of 56x56 on.
 */
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import type { Core } from '../backend/core.ts';
import { registerBefore, run, type Attributes } from './kernel.ts';

/** With as many channels every part lies inside, whatever the processor. */
const wholeVector = 16;

export function registerPointwise(tf: Core): void {
  registerBefore(tf, 'tensorflow', 'Conv2DBackpropFilter', ({ x, dy }, attrs) =>
    isUnsound(attrs) ? tf.tidy(() => filterGradient(tf, x as Tensor4D, dy!, attrs)) : null,
  );
}

function isUnsound({ filterShape, strides, dataFormat }: Attributes): boolean {
  const [height, width, channels] = filterShape as [number, number, number, number];
  const strided = [strides].flat().some((stride) => stride !== 1);
  return strided && height * width === 1 && channels < wholeVector && dataFormat === 'NHWC';
}

/** Picks the pixels that count here, which leaves a convolution of stride 1. */
function filterGradient(tf: Core, x: Tensor4D, dy: Tensor, attrs: Attributes): Tensor {
  const picked = tf.avgPool(x, 1, attrs['strides'] as number | [number, number], 'valid');
  return run(tf, 'Conv2DBackpropFilter', { x: picked, dy }, { ...attrs, strides: 1 })[0]!;
}
