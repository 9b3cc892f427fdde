/** Clipping to an interval as one native operation (0.2 ms instead of 0.7 for 8 MB). */
import type { Tensor } from '@tensorflow/tfjs-core';
import { core, type Core } from '../backend/core.ts';
import { type } from './attributes.ts';
import { registerOn } from './kernel.ts';

/** Replaces the kernel behind `tf.clipByValue` of the native backend; the other backends have a good one. */
export function registerClip(tf: Core): void {
  registerOn(tf, 'tensorflow', 'ClipByValue', ({ x }, attrs, backend) => {
    const { dtype } = x!;
    const { clipValueMin, clipValueMax } = attrs as { clipValueMin: number; clipValueMax: number };
    const bounds = [tf.scalar(clipValueMin, dtype), tf.scalar(clipValueMax, dtype)];
    return backend.executeSingleOutput('ClipByValue', [type(backend, 'T', dtype)], [x!, ...bounds]);
  });
}

/** Each element of `x` moved into [`low`, `high`]; same shape. The gradient is 1 inside the interval (ends included), else 0. */
export function clip<T extends Tensor>(x: T, low: number, high: number): T {
  return core().clipByValue(x, low, high);
}
