/** Shared by the tests of 'ar-pipe/tf': one process, all backends, and comparisons of tensors. */
import { loadBackend, type Core, type Tensor } from 'ar-pipe/tf';
import { readRecord } from '../../src/tf/record.ts';

export const hasNative = readRecord() !== undefined;

/** The API with every backend registered: `tensorflow` where it is installed, `wasm` and `cpu` always. */
export async function everyBackend(): Promise<Core> {
  // First, as when it is the chosen one: what is registered later replaces kernels of the same name.
  await import('@tensorflow/tfjs-backend-wasm');
  const { tf } = await loadBackend({ backend: 'auto' });
  return tf;
}

/** Values of what `compute` gives on one backend, from inputs given as plain numbers. */
export async function valuesOn(
  tf: Core,
  backend: string,
  compute: () => Tensor | readonly Tensor[],
): Promise<readonly Float32Array[]> {
  const before = tf.getBackend();
  await tf.setBackend(backend);
  try {
    const outputs = compute();
    const tensors: readonly Tensor[] = Array.isArray(outputs)
      ? (outputs as readonly Tensor[])
      : [outputs as Tensor];
    const values = tensors.map((tensor) => Float32Array.from(tensor.dataSync()));
    tf.dispose([...tensors]);
    return values;
  } finally {
    await tf.setBackend(before);
  }
}

/** Largest difference, relative to the largest magnitude of the expected values. */
export function relativeError(actual: readonly Float32Array[], expected: readonly Float32Array[]): number {
  if (actual.length !== expected.length) return Infinity;
  let worst = 0;
  for (const [k, want] of expected.entries()) {
    const got = actual[k]!;
    if (got.length !== want.length) return Infinity;
    const scale = want.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1e-12);
    for (let i = 0; i < want.length; i++) {
      const difference = Math.abs(got[i]! - want[i]!) / scale;
      if (!(difference <= worst)) worst = Number.isNaN(difference) ? Infinity : difference;
    }
  }
  return worst;
}

/** Reproducible numbers in [-1, 1), by a linear congruential generator. */
export function numbers(count: number, seed = 1): Float32Array {
  const values = new Float32Array(count);
  let state = seed >>> 0;
  for (let i = 0; i < count; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    values[i] = state / 2 ** 31 - 1;
  }
  return values;
}
