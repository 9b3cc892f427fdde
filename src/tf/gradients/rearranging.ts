/** Kernels of WebAssembly that only move numbers, and go through more of them than they need: a tenth of an attack step. */
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import type { Core } from '../backend/core.ts';
import { written } from './heap.ts';
import { registerBefore, registerOn, type Attributes } from './kernel.ts';

export function registerRearranging(tf: Core): void {
  // A tensor never changes, so a clone (the tape makes one of all it keeps) may lie in the same memory.
  registerOn(tf, 'wasm', 'Identity', ({ x }) => tf.reshape(x!, x!.shape));
  registerBefore(tf, 'wasm', 'Slice', ({ x }, attrs) => slice(tf, x!, attrs));
  registerBefore(tf, 'wasm', 'AvgPoolGrad', ({ dy, input }, attrs) =>
    subsampleGradient(tf, dy as Tensor4D, input as Tensor4D, attrs),
  );
}

/** The backend's own copies the whole tensor first, and then runs of the last axis even where whole planes are wanted. */
function slice(tf: Core, x: Tensor, attrs: Attributes): Tensor | null {
  if (x.dtype !== 'float32' || x.rank === 0) return null;
  const { shape, strides } = x;
  const wanted = tf.slice_util.parseSliceParams(x, attrs['begin'] as number[], attrs['size'] as number[]);
  const [begin, size] = wanted as [number[], number[]];
  /** Axes after this one are wanted whole: along it, what is wanted lies together. */
  const last = size.findLastIndex((count, axis) => axis === 0 || count !== shape[axis]);
  const step = (axis: number): number => strides[axis] ?? 1;
  return written(tf, size as typeof x.shape, [x], (part, numbers) => {
    const run = size[last]! * step(last);
    let at = 0;
    const copy = (axis: number, from: number): void => {
      const start = from + begin[axis]! * step(axis);
      if (axis === last) {
        part.set(numbers.subarray(start, start + run), at);
        at += run;
      } else for (let k = 0; k < size[axis]!; k++) copy(axis + 1, start + k * step(axis));
    };
    copy(0, 0);
  });
}

/** The gradient of a pool of size 1, which picks every so many pixels: dL/dy there, zeros between. */
function subsampleGradient(tf: Core, dy: Tensor4D, input: Tensor4D, attrs: Attributes): Tensor | null {
  const { filterSize, strides, pad } = attrs as { filterSize: number; strides: number; pad: 'valid' };
  const info = tf.backend_util.computePool2DInfo(input.shape, filterSize, strides, 1, pad);
  if (info.filterHeight * info.filterWidth > 1) return null;
  const { batchSize, outHeight, outWidth, inHeight, inWidth, inChannels: channels } = info;
  return written<Tensor4D>(tf, input.shape, [dy], (dx, gradients) => {
    dx.fill(0);
    let from = 0;
    for (let picture = 0; picture < batchSize; picture++) {
      for (let row = 0; row < outHeight; row++) {
        for (let column = 0; column < outWidth; column++) {
          const y = picture * inHeight + row * info.strideHeight;
          let at = (y * inWidth + column * info.strideWidth) * channels;
          for (let channel = 0; channel < channels; channel++) dx[at++] = gradients[from++]!;
        }
      }
    }
  });
}
