/** Holding replays to the bits of the function itself, also where the first call shows nothing. */
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { batchNormTrain, compile, type Core, type Tensor, type Tensor4D } from 'ar-pipe/tf';
import type { NativeBackend } from '../../../src/tf/backend/binding.ts';
import { processState } from '../../../src/tf/backend/core.ts';
import { record } from '../../../src/tf/replay/record.ts';
import { Session } from '../../../src/tf/replay/session.ts';
import { unfused } from '../../../src/tf/replay/unfused.ts';
import { everyBackend, hasNative, numbers } from '../rig.ts';

let tf: Core;
beforeAll(async () => {
  tf = await everyBackend();
});
afterEach(() => {
  vi.restoreAllMocks();
});

type Step = (inputs: readonly Tensor[]) => Tensor[];
const bits = (tensors: readonly Tensor[]): string[] =>
  tensors.map((tensor) => Buffer.from(Float32Array.from(tensor.dataSync()).buffer).toString('hex'));

/** TensorFlow multiplies the constants, which rounds otherwise. */
const twoFactors: Step = ([x]) => [tf.mul(tf.mul(x!, 0.3), 0.7)];
/** TensorFlow makes it one operation, which may round otherwise unless channels come in eights. */
const normThenRelu: Step = ([x]) => {
  const channels = x!.shape[3]!;
  const scale = tf.range(1, channels + 1);
  return [tf.relu(batchNormTrain(x as Tensor4D, scale, tf.mul(scale, 0.1), 1e-5).y)];
};
const quotient: Step = ([x]) => [tf.div(x!, 3)];
const gradientOfMean: Step = ([x]) => [tf.grad((z: Tensor) => tf.mean(tf.square(z), [1, 2]).sum())(x!)];

describe.skipIf(!hasNative)('replays', () => {
  const map = (seed: number): Tensor => tf.tensor4d(numbers(2 * 8 * 8 * 4, seed), [2, 8, 8, 4]);

  test.each([
    ['two factors', twoFactors, true],
    // Only where a processor's vectors have 16 numbers (AVX-512).
    ['batch norm, then relu', normThenRelu, false],
    ['a quotient', quotient, true],
    ['the gradient of a mean', gradientOfMean, false],
  ] as const)('%s: unfused it gives the bits of the function', (_name, step, otherwiseDiffers) => {
    tf.tidy(() => {
      const x = map(1);
      const backend = tf.backend() as unknown as NativeBackend;
      const { graph, outputs } = record(tf, 'test', (inputs: Tensor[]) => tf.tidy(() => step(inputs)), [x]);
      const given = [graph, unfused(graph, backend.binding)].map((form) => {
        const session = new Session(backend, form);
        const replayed = bits(session.run([x]));
        session.dispose();
        return replayed;
      });
      expect(given[1]).toEqual(bits(outputs));
      // What the other form is for; should TensorFlow ever stop rewriting, this is the line to hear of it.
      if (otherwiseDiffers) expect(given[0]).not.toEqual(bits(outputs));
    });
  });

  test('a difference that the first calls hide is found at the fourth, and replaying goes on unfused', () => {
    let calls = 0;
    const step = compile(
      (inputs: readonly Tensor[]) => {
        calls++;
        return twoFactors(inputs);
      },
      { name: 'test' },
    );
    tf.tidy(() => {
      for (let k = 1; k <= 3; k++) expect(bits(step([tf.zeros([1000])]))).toEqual(bits([tf.zeros([1000])]));
      expect(calls).toBe(1);
      for (let k = 4; k <= 20; k++) {
        const x = tf.tensor1d(numbers(1000, k));
        expect(bits(step([x]))).toEqual(bits(twoFactors([x])));
      }
      // At the recording, the 4th and the 16th call.
      expect(calls).toBe(3);
      expect(step.recordings()).toBe(1);
    });
    step.dispose();
  });

  test('a step that cannot be replayed to its bits is called, and the log says so', () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue();
    let calls = 0;
    // Not a function of its inputs: no replay can follow.
    const step = compile(([x]: readonly Tensor[]) => [tf.add(x!, ++calls)], { name: 'counter' });
    tf.tidy(() => {
      const values = Array.from({ length: 6 }, () => step([tf.scalar(0)])[0]!.dataSync()[0]);
      expect(values).toEqual([1, 1, 1, 2, 3, 4]);
    });
    expect(step.recordings()).toBe(0);
    expect(warn).toHaveBeenCalledExactlyOnceWith(
      expect.stringMatching(/^compile\('counter'\): replaying gives other bits/),
    );
  });

  test('checks keep no tensors', () => {
    const { binding } = tf.backend() as unknown as NativeBackend;
    const step = compile(twoFactors, { name: 'test' });
    const x = tf.mul(tf.tensor1d(numbers(1000)), 1);
    const before = [tf.memory().numTensors, binding.getNumOfTensors()];
    for (let k = 0; k < 70; k++) tf.dispose(step([x]));
    expect([tf.memory().numTensors, binding.getNumOfTensors()]).toEqual(before);
    step.dispose();
    x.dispose();
  });

  test('equal graphs are kept once', () => {
    const { graphs } = processState();
    const twice = () => {
      const step = compile(([x]: readonly Tensor[]) => [tf.mul(x!, 123)], { name: 'test' });
      tf.tidy(() => step([tf.scalar(1)]));
      step.dispose();
      return graphs.size;
    };
    expect(twice()).toBe(twice());
  });

  test('a graph that does not load is told, and the step is called', () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue();
    const backend = tf.backend() as unknown as NativeBackend;
    const { binding } = backend;
    const loadSavedModel = (): never => {
      throw new Error('no memory');
    };
    backend.binding = Object.create(binding, { loadSavedModel: { value: loadSavedModel } }) as typeof binding;
    const step = compile(([x]: readonly Tensor[]) => [tf.neg(x!)], { name: 'test' });
    try {
      tf.tidy(() => {
        for (const value of [1, 2]) expect(step([tf.scalar(value)])[0]!.dataSync()[0]).toBe(-value);
      });
    } finally {
      backend.binding = binding;
    }
    expect(warn.mock.calls[0]![0]).toMatch(
      /compile\('test'\): the recording cannot be replayed \(Error: no memory\)/,
    );
  });
});
