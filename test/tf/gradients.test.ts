import { beforeAll, describe, expect, test } from 'vitest';
import {
  batchNormTrain,
  clip,
  softmaxCrossEntropy,
  type Core,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
} from 'ar-pipe/tf';
import { trainStep, weights } from './net.ts';
import { everyBackend, hasNative, numbers, relativeError, valuesOn } from './rig.ts';

let tf: Core;
beforeAll(async () => {
  tf = await everyBackend();
});

const picture = (shape: [number, number, number, number], seed: number): Tensor4D =>
  tf.tensor4d(numbers(shape[0] * shape[1] * shape[2] * shape[3], seed), shape);

/** Each formula gives its outputs and its gradients; all backends must agree on both. */
const formulas: readonly (readonly [string, () => Tensor[]])[] = [
  [
    'gradient of relu',
    () => {
      const g = tf.valueAndGrad((x: Tensor) => tf.sum(tf.mul(tf.relu(x), x)));
      const { value, grad } = g(tf.tensor1d([-2, -0.5, 0, 0.5, 2]));
      return [value, grad];
    },
  ],
  [
    'clip and its gradient',
    () => {
      const { value, grad } = tf.valueAndGrad((x: Tensor) => tf.sum(tf.square(clip(x, -0.5, 0.25))))(
        tf.tensor1d([-2, -0.5, 0, 0.2, 0.25, 2]),
      );
      return [value, grad, clip(tf.tensor1d([-3, 0, 3]), -1, 1)];
    },
  ],
  [
    'cross-entropy of class numbers',
    () => {
      const labels = tf.tensor1d([0, 2, 1], 'int32');
      const logits = tf.tensor2d(numbers(9, 3), [3, 3]);
      const weights = tf.tensor1d([1, 2, 3]);
      const { value, grad } = tf.valueAndGrad((z: Tensor) =>
        tf.sum(tf.mul(softmaxCrossEntropy(labels, z.as2D(3, 3)), weights)),
      )(logits);
      return [value, grad, softmaxCrossEntropy(labels, logits)];
    },
  ],
  [
    'cross-entropy of distributions',
    () => {
      const labels = tf.tensor2d([1, 0, 0, 0, 0.25, 0.75], [2, 3]);
      const logits = tf.tensor2d(numbers(6, 4), [2, 3]);
      const { value, grad } = tf.valueAndGrad((z: Tensor) =>
        tf.sum(softmaxCrossEntropy(labels, z.as2D(2, 3))),
      )(logits);
      return [value, grad];
    },
  ],
  [
    'batch norm in training and its gradients',
    () => {
      const x = picture([3, 4, 5, 6], 5);
      const scale = tf.tensor1d(numbers(6, 6));
      const offset = tf.tensor1d(numbers(6, 7));
      const weights = picture([3, 4, 5, 6], 8);
      const loss = (a: Tensor, b: Tensor, c: Tensor) =>
        tf
          .sum(
            tf.mul(tf.square(batchNormTrain(a as Tensor4D, b as Tensor1D, c as Tensor1D, 1e-5).y), weights),
          )
          .asScalar();
      const { value, grads } = tf.valueAndGrads(loss)([x, scale, offset]);
      const { y, mean, variance } = batchNormTrain(x, scale, offset, 1e-5);
      return [value, ...grads, y, mean, variance];
    },
  ],
];

/** One scope, so that only the outputs are left. */
const scoped = (compute: () => Tensor[]) => () => tf.tidy(compute);

describe.each(formulas)('%s', (_name, compute) => {
  test.skipIf(!hasNative)('native operation equals the composed formula', async () => {
    const native = await valuesOn(tf, 'tensorflow', scoped(compute));
    expect(relativeError(native, await valuesOn(tf, 'cpu', scoped(compute)))).toBeLessThan(3e-6);
  });

  test('WebAssembly equals plain JavaScript', async () => {
    const wasm = await valuesOn(tf, 'wasm', scoped(compute));
    expect(relativeError(wasm, await valuesOn(tf, 'cpu', scoped(compute)))).toBeLessThan(3e-6);
  });

  test('leaves no tensor behind', async () => {
    const before = tf.memory().numTensors;
    await valuesOn(tf, tf.getBackend(), scoped(compute));
    expect(tf.memory().numTensors).toBe(before);
  });
});

test('the gradient of weighted cross-entropy is weight x (softmax - one-hot)', async () => {
  const z = [0.5, -1, 2, 0, 1, 3];
  const softmax = [0, 3].flatMap((row) => {
    const powers = z.slice(row, row + 3).map(Math.exp);
    const sum = powers.reduce((a, b) => a + b);
    return powers.map((power) => power / sum);
  });
  const expected = softmax.map((p, k) => (k < 3 ? 2 : 5) * (p - (k === 2 || k === 3 ? 1 : 0)));
  for (const labels of [tf.tensor1d([2, 0], 'int32'), tf.tensor2d([0, 0, 1, 1, 0, 0], [2, 3])]) {
    const loss = (logits: Tensor) =>
      tf.sum(tf.mul(softmaxCrossEntropy(labels, logits as Tensor2D), [2, 5])).asScalar();
    const [gradient] = await valuesOn(tf, tf.getBackend(), () =>
      tf.tidy(() => tf.grad(loss)(tf.tensor2d(z, [2, 3]))),
    );
    expect(relativeError([gradient!], [Float32Array.from(expected)])).toBeLessThan(1e-6);
    labels.dispose();
  }
});

test('the batch variance is the unbiased one', async () => {
  const [, , variance] = await valuesOn(tf, tf.getBackend(), () => {
    const { y, mean, variance } = batchNormTrain(
      tf.tensor4d([1, 2, 3, 6], [4, 1, 1, 1]),
      tf.ones([1]),
      tf.zeros([1]),
      1e-5,
    );
    return [y, mean, variance];
  });
  expect(variance![0]).toBeCloseTo(14 / 3, 5);
});

test('cross-entropy refuses labels that do not fit', () => {
  const logits = tf.tensor2d([0, 0, 0, 0, 0, 0], [2, 3]);
  expect(() => softmaxCrossEntropy(tf.tensor1d([0, 1, 2], 'int32'), logits)).toThrow(
    /labels of shape \[3\].*\[2, 3\]/,
  );
  expect(() => softmaxCrossEntropy(tf.tensor1d([0, 1]), logits)).toThrow(/must be int32/);
  logits.dispose();
});

describe('a whole training step of a residual network', () => {
  const shape = { n: 1, width: 4, size: 8 };
  const compute = scoped(() => {
    const w = weights(tf, shape);
    const labels = tf.tensor1d([0, 1, 2, 3], 'int32');
    const inputs = [picture([4, 8, 8, 3], 21), labels, tf.scalar(0.1), tf.scalar(0.9), ...w];
    return trainStep(tf, shape)([...inputs, ...w.map((each) => tf.zerosLike(each))]);
  });

  test.each(hasNative ? ['wasm', 'tensorflow'] : ['wasm'])(
    '%s agrees with plain JavaScript',
    async (backend) => {
      const step = await valuesOn(tf, backend, compute);
      expect(relativeError(step, await valuesOn(tf, 'cpu', compute))).toBeLessThan(2e-5);
    },
  );
});

describe('gradients of a convolution', () => {
  interface Case {
    readonly stride: number | [number, number];
    readonly kernel: number;
    readonly x: [number, number, number, number];
    readonly pad: 'same' | 'valid' | number;
  }
  const small = [1, 2].flatMap((stride) =>
    [1, 3].flatMap((kernel) =>
      (
        [
          [6, 6],
          [7, 5],
          [8, 7],
        ] as const
      ).flatMap(([h, w]) =>
        (['same', 'valid', 1] as const).map((pad): Case => ({ stride, kernel, x: [2, h, w, 3], pad })),
      ),
    ),
  );
  const unusual: Case[] = [
    { stride: [2, 1], kernel: 3, x: [2, 7, 6, 3], pad: 'same' },
    { stride: [1, 3], kernel: 3, x: [2, 7, 8, 3], pad: 'valid' },
    { stride: 3, kernel: 2, x: [2, 8, 7, 3], pad: 'same' },
    { stride: 2, kernel: 5, x: [2, 9, 8, 3], pad: 2 },
    // Outputs of nothing but zeros, on every side.
    { stride: 1, kernel: 3, x: [2, 5, 4, 3], pad: 4 },
    { stride: 2, kernel: 3, x: [2, 5, 4, 3], pad: 5 },
    // More than is computed at once: parts of two pictures, the last of one.
    { stride: 1, kernel: 3, x: [5, 40, 40, 16], pad: 1 },
  ];
  test.each([...small, ...unusual])(
    'WebAssembly: stride $stride, filter $kernel, pictures $x, padding $pad',
    async ({ stride, kernel, x: shape, pad }) => {
      const compute = scoped(() => {
        // Memory that held other things: what is not written must not be read.
        tf.dispose([2, 9, 12, 16].map((power) => tf.fill([2 ** power], NaN)));
        const x = picture(shape, 1);
        const filter = picture([kernel, kernel, shape[3], 4], 2);
        const loss = (a: Tensor, b: Tensor) =>
          tf.sum(tf.square(tf.conv2d(a as Tensor4D, b as Tensor4D, stride, pad))).asScalar();
        return tf.grads(loss)([x, filter]);
      });
      const wasm = await valuesOn(tf, 'wasm', compute);
      expect(relativeError(wasm, await valuesOn(tf, 'cpu', compute))).toBeLessThan(6e-6);
    },
  );
});

describe('numbers that are only moved', () => {
  const moves: readonly (readonly [string, () => Tensor])[] = [
    ['a run', () => tf.slice(picture([3, 4, 5, 2], 1), [1, 0, 0, 0], [2, 4, 5, 2])],
    ['some rows', () => tf.slice(picture([3, 4, 5, 2], 1), [0, 1, 0, 0], [3, 2, 5, 2])],
    ['some columns and channels', () => tf.slice(picture([3, 4, 5, 3], 1), [1, 0, 2, 1], [2, -1, 3, 1])],
    ['nothing', () => tf.slice(picture([3, 4, 5, 2], 1), [1, 0, 2, 0], [2, 4, 0, 2])],
    ['a clone of what is gone', () => tf.tidy(() => tf.clone(picture([2, 3, 4, 5], 3)))],
    [
      'the gradient of padding',
      () =>
        tf.grad((x: Tensor) =>
          tf
            .square(
              tf.pad(x, [
                [0, 0],
                [1, 2],
                [0, 1],
                [0, 3],
              ]),
            )
            .sum(),
        )(picture([2, 3, 4, 5], 1)),
    ],
    ...([1, 2] as const).flatMap((size) =>
      ([2, [3, 1]] as (number | [number, number])[]).map(
        (stride) =>
          [
            `the gradient of a pool of ${size}, stride ${String(stride)}`,
            () =>
              tf.grad((x: Tensor) => tf.square(tf.avgPool(x as Tensor4D, size, stride, 'valid')).sum())(
                picture([2, 7, 6, 3], 1),
              ),
          ] as const,
      ),
    ),
  ];
  test.each(moves)('WebAssembly: %s', async (_name, compute) => {
    const scopedMove = () => tf.tidy(compute);
    const wasm = await valuesOn(tf, 'wasm', scopedMove);
    expect(relativeError(wasm, await valuesOn(tf, 'cpu', scopedMove))).toBeLessThan(1e-6);
  });

  test('WebAssembly: what is not float32 is sliced as well', async () => {
    const before = tf.getBackend();
    await tf.setBackend('wasm');
    const part = tf.tidy(() => tf.slice(tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3], 'int32'), [0, 1], [2, 2]));
    expect([part.dtype, ...part.dataSync()]).toEqual(['int32', 2, 3, 5, 6]);
    const words = tf.tidy(() => tf.slice(tf.tensor1d(['a', 'b', 'c']), [1], [2]));
    expect(words.dataSync()).toEqual(['b', 'c']);
    tf.dispose([part, words]);
    await tf.setBackend(before);
  });

  test('WebAssembly: a clone and its original are disposed each on its own', async () => {
    const before = tf.getBackend();
    await tf.setBackend('wasm');
    const left = tf.memory().numTensors;
    const x = tf.tensor1d([1, 2, 3]);
    const [first, second] = [tf.clone(x), tf.clone(x)];
    first.dispose();
    x.dispose();
    // Takes memory that is free.
    const other = tf.tensor1d([7, 8, 9]);
    expect([...second.dataSync()]).toEqual([1, 2, 3]);
    tf.dispose([second, other]);
    expect(tf.memory().numTensors).toBe(left);
    await tf.setBackend(before);
  });
});
