import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { batchNormTrain, compile, type Core, type Tensor, type Tensor1D, type Tensor4D } from 'ar-pipe/tf';
import type { NativeBackend } from '../../../src/tf/backend/binding.ts';
import { attackStep, logits, trainStep, weights, type NetShape } from '../net.ts';
import { everyBackend, hasNative, numbers } from '../rig.ts';

const shape: NetShape = { n: 1, width: 4, size: 8 };
let tf: Core;
beforeAll(async () => {
  tf = await everyBackend();
});

const bits = (tensors: readonly Tensor[]): string[] =>
  tensors.map((tensor) => Buffer.from(Float32Array.from(tensor.dataSync()).buffer).toString('hex'));

const pictures = (batch: number, seed: number): Tensor4D =>
  tf.tensor4d(
    numbers(batch * 8 * 8 * 3, seed).map((v) => (v + 1) / 2),
    [batch, 8, 8, 3],
  );
const labels = (batch: number): Tensor1D =>
  tf.tensor1d(
    Array.from({ length: batch }, (_, i) => i % 10),
    'int32',
  );

type Step = (inputs: readonly Tensor[]) => Tensor[];

/** Steps with a maker of inputs: (batch, seed) to tensors. */
const steps: readonly (readonly [string, () => Step, (batch: number, seed: number) => Tensor[]])[] = [
  ['attack step', () => attackStep(tf, shape), attackInputs],
  ['PGD loop of 4 steps', pgdLoop, attackInputs],
  [
    'training step',
    () => trainStep(tf, shape),
    (batch, seed) => {
      const w = weights(tf, shape);
      return [
        pictures(batch, seed),
        labels(batch),
        tf.scalar(0.1),
        tf.scalar(0.9),
        ...w,
        ...w.map((each) => tf.zerosLike(each)),
      ];
    },
  ],
  [
    'evaluation',
    () =>
      ([x, ...w]) => {
        const z = logits(tf, shape, w, x as Tensor4D);
        return [z, tf.argMax(z, 1), tf.softmax(z)];
      },
    (batch, seed) => [pictures(batch, seed), ...weights(tf, shape)],
  ],
  [
    'batch norm with gradients',
    () =>
      ([x, scale, offset]) => {
        const loss = (a: Tensor, b: Tensor, c: Tensor) =>
          tf.sum(tf.square(batchNormTrain(a as Tensor4D, b as Tensor1D, c as Tensor1D, 1e-5).y)).asScalar();
        const { mean, variance } = batchNormTrain(x as Tensor4D, scale as Tensor1D, offset as Tensor1D, 1e-5);
        return [...tf.grads(loss)([x!, scale!, offset!]), mean, variance];
      },
    (batch, seed) => [pictures(batch, seed), tf.tensor1d([1, 2, 3]), tf.tensor1d([0.1, 0.2, 0.3])],
  ],
];

function attackInputs(batch: number, seed: number): Tensor[] {
  return [
    pictures(batch, seed),
    pictures(batch, seed + 1),
    labels(batch),
    tf.scalar(8 / 255),
    tf.scalar(2 / 255),
    ...weights(tf, shape),
  ];
}

function pgdLoop(): Step {
  const step = attackStep(tf, shape);
  return ([x, z, ...rest]) => {
    let current = z!;
    for (let k = 0; k < 4; k++) [current] = step([x!, current, ...rest]) as [Tensor];
    return [current];
  };
}

describe.skipIf(!hasNative)('replay', () => {
  const own: { dispose(): void }[] = [];
  const compiled = (step: Step) => {
    const made = compile(step, { name: 'test' });
    own.push(made);
    return made;
  };
  afterEach(() => {
    for (const each of own.splice(0)) each.dispose();
  });

  test.each(steps)(
    '%s: same bits as the plain call, for other values and a smaller last batch',
    (_name, step, inputs) => {
      tf.tidy(() => {
        const replayed = compiled(step());
        for (const [batch, seed] of [
          [6, 1],
          [6, 7],
          [6, 8],
          [5, 3],
          [6, 9],
          [5, 4],
        ] as const) {
          const given = inputs(batch, seed);
          expect(bits(replayed(given))).toEqual(bits(step()(given)));
        }
        expect(replayed.recordings()).toBe(2);
      });
    },
  );

  test('replays in fact: the function is called once', () => {
    tf.tidy(() => {
      let calls = 0;
      const twice = compiled(([x]) => {
        calls++;
        return [tf.mul(x!, 2)];
      });
      for (let k = 0; k < 3; k++)
        expect([...twice([tf.tensor1d([k, 1])])[0]!.dataSync()]).toEqual([2 * k, 2]);
      expect(calls).toBe(1);
    });
  });

  test("an output may be an input, a constant or given twice; each is the caller's own", () => {
    tf.tidy(() => {
      const step = compiled(([x]) => {
        const y = tf.add(x!, 1);
        return [x!, y, y, tf.scalar(7)];
      });
      for (const value of [1, 5]) {
        const x = tf.scalar(value);
        const outputs = step([x]);
        expect(outputs.map((each) => each.dataSync()[0])).toEqual([value, value + 1, value + 1, 7]);
        tf.dispose(outputs);
        expect(x.isDisposed).toBe(false);
      }
    });
  });

  test('1,000 replays keep nothing', () => {
    const { binding } = tf.backend() as unknown as NativeBackend;
    const step = compiled(([x, w]) => [tf.relu(tf.matMul(x!, w!))]);
    const x = tf.tensor2d(numbers(64), [8, 8]);
    tf.dispose(step([x, x.clone()].map((each) => tf.mul(each, 1))));
    tf.tidy(() => {
      const w = tf.mul(x, 0.5);
      const once = () => {
        tf.dispose(step([x, w]));
      };
      once();
      const before = [tf.memory().numTensors, binding.getNumOfTensors()];
      for (let k = 0; k < 1000; k++) once();
      expect([tf.memory().numTensors, binding.getNumOfTensors()]).toEqual(before);
    });
    x.dispose();
  });

  test('recording leaves the outputs alone, without any scope around it', () => {
    const step = compiled(([x]) => [tf.square(tf.add(x!, 1))]);
    const x = tf.scalar(2);
    const before = tf.memory().numTensors;
    const outputs = [...step([x]), ...step([x])];
    expect(tf.memory().numTensors).toBe(before + 2);
    tf.dispose([x, ...outputs]);
  });

  test('two inputs may be one tensor at the recording and two later', () => {
    tf.tidy(() => {
      const step = compiled(([x, y, z]) => [tf.sub(x!, tf.mul(y!, 10)), tf.add(z!, 0)]);
      const x = tf.scalar(3);
      const values = (outputs: readonly Tensor[]) => outputs.map((each) => each.dataSync()[0]);
      expect(values(step([x, x, tf.clone(x)]))).toEqual([-27, 3]);
      expect(values(step([tf.scalar(5), tf.scalar(1), tf.scalar(7)]))).toEqual([-5, 7]);
      expect(step.recordings()).toBe(1);
    });
  });

  test('inside a gradient and inside another recording the function is simply called', () => {
    tf.tidy(() => {
      const square = compiled(([x]) => [tf.square(x!)]);
      expect(
        tf
          .grad((x: Tensor) => square([x])[0]!)(tf.scalar(3))
          .dataSync()[0],
      ).toBe(6);
      expect(square.recordings()).toBe(0);
      const outer = compiled(([x]) => [tf.add(square([x!])[0]!, 1)]);
      for (const value of [2, 3]) expect(outer([tf.scalar(value)])[0]!.dataSync()[0]).toBe(value * value + 1);
      expect(square.recordings()).toBe(0);
    });
  });

  test('dispose frees recordings, and the step still works', () => {
    tf.tidy(() => {
      const step = compiled(([x]) => [tf.neg(x!)]);
      step([tf.scalar(1)]);
      step.dispose();
      expect(step.recordings()).toBe(0);
      expect(step([tf.scalar(2)])[0]!.dataSync()[0]).toBe(-2);
    });
  });
});

test('on WebAssembly the function is simply called', async () => {
  await tf.setBackend('wasm');
  tf.tidy(() => {
    const step = compile(([x]: readonly Tensor[]) => [tf.mul(x!, 3)], { name: 'test' });
    expect(step([tf.scalar(2)])[0]!.dataSync()[0]).toBe(6);
    expect(step.recordings()).toBe(0);
  });
});
