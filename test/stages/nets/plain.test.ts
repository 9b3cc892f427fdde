import { describe, expect, it } from 'vitest';
import type { Rank, Tensor, Tensor4D } from 'ar-pipe/tf';
import { architectureSchema } from '../../../stages/nets/architecture.ts';
import { buildNet } from '../../../stages/nets/build.ts';
import { initialise } from '../../../stages/nets/initialise.ts';
import { parameterCount } from '../../../stages/nets/net.ts';
import { linearLayers } from '../../../stages/spectrum/net-layers.ts';
import { tensorsOf, tf } from '../backend.ts';

const architecture = (channels: number, hidden: number[], normalise: object | null = null) =>
  architectureSchema.parse({
    net: { kind: 'plain', hidden },
    height: 2,
    width: 3,
    channels,
    classes: 4,
    normalise,
  });
const logitsOf = (channels: number, hidden: number[], x: Tensor4D, scale = 1): number[] => {
  const net = buildNet(architecture(channels, hidden));
  const weights: Record<string, Tensor> = tensorsOf(net, initialise(net, 1));
  for (const name of Object.keys(weights)) weights[name] = tf.mul(weights[name]!, scale);
  return [...net.forward(tf, weights, x, 'evaluate').logits.dataSync<'float32'>()];
};

describe('a plain net', () => {
  it('has fully connected layers without biases, named as in PyTorch', () => {
    const net = buildNet(architecture(1, [5, 7]));
    expect(net.parameters.map(({ name, shape }) => [name, ...shape])).toEqual([
      ['fc1.weight', 6, 5],
      ['fc2.weight', 5, 7],
      ['fc.weight', 7, 4],
    ]);
    expect(parameterCount(net)).toBe(30 + 35 + 28);
    expect(linearLayers(net).map(({ shape }) => shape)).toEqual([
      [1, 1, 6, 5],
      [1, 1, 5, 7],
      [1, 1, 7, 4],
    ]);
  });

  it('is positively homogeneous: no biases, only ReLU', () => {
    const x = tf.randomUniform<Rank.R4>([3, 2, 3, 1], 0, 1, 'float32', 1);
    const once = logitsOf(1, [8, 8], x);
    const twice = logitsOf(1, [8, 8], tf.mul(x, 2));
    for (const [i, value] of once.entries()) expect(twice[i]!).toBeCloseTo(2 * value, 5);
    expect(logitsOf(1, [8, 8], x, 2)[0]!).toBeCloseTo(8 * once[0]!, 4);
  });

  it('reads channel after channel, as a flattened NCHW picture', () => {
    const net = buildNet(architecture(2, []));
    const weight = new Float32Array(12 * 4);
    // Class k sees input 3k alone.
    for (let k = 0; k < 4; k++) weight[3 * k * 4 + k] = 1;
    const x = tf.tensor4d(
      Array.from({ length: 12 }, (_, i) => i),
      [1, 2, 3, 2],
    );
    const { logits } = net.forward(tf, { 'fc.weight': tf.tensor2d(weight, [12, 4]) }, x, 'evaluate');
    // Inputs 0, 3 are channel 0 of pixels 0, 3; inputs 6, 9 channel 1 of the same.
    expect([...logits.dataSync()]).toEqual([0, 6, 1, 7]);
  });
});
