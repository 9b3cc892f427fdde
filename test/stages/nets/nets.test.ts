import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compile, softmaxCrossEntropy, type Tensor } from 'ar-pipe/tf';
import { lossAndGradient } from '../../../stages/attacks/attack.ts';
import { RandomStream } from '../../../stages/lib/random.ts';
import { architectureSchema, type Architecture } from '../../../stages/nets/architecture.ts';
import { buildNet } from '../../../stages/nets/build.ts';
import { initialise } from '../../../stages/nets/initialise.ts';
import { toPyTorch, toTensorFlow } from '../../../stages/nets/layout.ts';
import { parameterCount } from '../../../stages/nets/net.ts';
import { named, toTensors, toValues } from '../../../stages/nets/parameters.ts';
import { readWeights, writeWeights } from '../../../stages/nets/weights-file.ts';
import { batchGradients, partsOf } from '../../../stages/training/gradients.ts';
import { Learner } from '../../../stages/training/learner.ts';
import { initialState } from '../../../stages/training/state.ts';
import { writeSafetensors } from '../../../stages/lib/safetensors.ts';
import { tf } from '../backend.ts';

const cifar = { height: 32, width: 32, channels: 3, classes: 10, normalise: null };
const architecture = (net: object, others: object = {}): Architecture =>
  architectureSchema.parse({ ...cifar, net, ...others });
const resNet = (depth: number, net: object = {}, others: object = {}): Architecture =>
  architecture({ kind: 'fixup-resnet', depth, ...net }, others);
const wrn = architecture({ kind: 'wrn-bottleneck' }, { height: 64, width: 64, classes: 200 });

describe('sizes', () => {
  it.each([
    ['ResNet-56', resNet(56), 848_954, 55],
    ['ResNet-110', resNet(110), 1_719_866, 109],
    ['ResNet-56 of 100 classes', resNet(56, {}, { classes: 100 }), 854_804, 55],
    ['ResNet-110 of 100 classes', resNet(110, {}, { classes: 100 }), 1_725_716, 109],
    ['ResNet-56 with scalars', resNet(56, { scalars: 'all' }), 849_091, 55],
    ['ResNet-110 with scalars', resNet(110, { scalars: 'all' }), 1_720_138, 109],
    ['ResNet-56 of one channel, n = 1', resNet(8, {}, { channels: 1, height: 28, width: 28 }), 74_522, 7],
    ['WRN-50-2 for 64x64', wrn, 67_236_360, 53],
  ])('%s', (_, net, parameters, convolutions) => {
    const built = buildNet(net);
    expect(parameterCount(built)).toBe(parameters);
    expect(built.convolutions).toHaveLength(convolutions);
  });

  it('of maps follow the strides', () => {
    const sizes = buildNet(resNet(14, { shortcut: 'B' }, { height: 28, width: 28 })).convolutions.map(
      ({ name, inputHeight, stride }) => `${name.replace('.weight', '')} ${inputHeight}/${stride}`,
    );
    expect(sizes).toContain('group2.block0.conv1 28/2');
    expect(sizes).toContain('group2.block0.shortcut 28/2');
    expect(sizes).toContain('group2.block0.conv2 14/1');
    expect(sizes).toContain('group3.block1.conv2 7/1');
    expect(buildNet(resNet(56, { shortcut: 'B' })).convolutions).toHaveLength(57);
  });

  it('other than 6n + 2 are refused', () => {
    expect(() => resNet(18)).toThrow('depth 6n + 2');
  });
});

describe("Fixup's initialisation", () => {
  it.each([
    [56, [0.0226805, 0.0160375, 0.0113402]],
    [110, [0.0160375, 0.0113402, 0.0080188]],
  ])('of depth %i has the published deviations', (depth, deviations) => {
    const { parameters } = buildNet(resNet(depth));
    for (const [g, deviation] of deviations.entries()) {
      const first = parameters.find(({ name }) => name === `group${g + 1}.block1.conv1.weight`);
      expect(first?.initial).toMatchObject({
        kind: 'normal',
        deviation: expect.closeTo(deviation, 7) as number,
      });
      const second = parameters.find(({ name }) => name === `group${g + 1}.block1.conv2.weight`);
      expect(second?.initial).toEqual({ kind: 'constant', value: 0 });
    }
    expect(parameters[0]!.initial).toEqual({ kind: 'uniform', bound: 1 / Math.sqrt(27) });
  });

  it('is drawn as declared, the same for the same seed', () => {
    const net = buildNet(resNet(14));
    const values = initialise(net, 5);
    expect(initialise(net, 5)).toEqual(values);
    const second = values.get('group3.block1.conv1.weight')!;
    const deviation = Math.sqrt(second.reduce((sum, w) => sum + w * w, 0) / second.length);
    expect(deviation).toBeCloseTo(Math.sqrt(2 / (9 * 64)) / Math.sqrt(6), 3);
    expect(initialise(net, 6).get('stem.weight')).not.toEqual(values.get('stem.weight'));
  });

  it('answers every picture alike: loss ln(classes), no input gradient', () => {
    const net = buildNet(resNet(8, {}, { height: 8, width: 8 }));
    const weights = named(net, toTensors(tf, net.parameters, initialise(net, 1)));
    const labels = tf.tensor1d([3, 4], 'int32');
    const { loss, gradient } = lossAndGradient(
      tf,
      (x) => softmaxCrossEntropy(labels, net.forward(tf, weights, x, 'evaluate').logits),
      tf.fill([2, 8, 8, 3], 0.3),
    );
    expect([...loss.dataSync()]).toEqual([expect.closeTo(2.302585, 6), expect.closeTo(2.302585, 6)]);
    expect(gradient.abs().max().dataSync()[0]).toBe(0);
  });
});

describe('layouts', () => {
  it('are each other undone', () => {
    const data = Float32Array.from({ length: 2 * 3 * 4 * 5 }, (_, i) => i);
    const torch = toPyTorch(data, [2, 3, 4, 5]);
    expect(torch.shape).toEqual([5, 4, 2, 3]);
    // [out 1, in 2, row 1, column 2] is TensorFlow's [1, 2, 2, 1].
    expect(torch.data[((1 * 4 + 2) * 2 + 1) * 3 + 2]).toBe(((1 * 3 + 2) * 4 + 2) * 5 + 1);
    expect(toTensorFlow(torch.data, torch.shape)).toEqual({ shape: [2, 3, 4, 5], data });
    expect(toPyTorch(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3])).toEqual({
      shape: [3, 2],
      data: Float32Array.of(1, 4, 2, 5, 3, 6),
    });
  });
});

describe('a weights file', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'weights-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('gives back net and weights, bit for bit', async () => {
    const small = resNet(8, { scalars: 'all' }, { normalise: { mean: [0.1, 0.2, 0.3], std: [1, 2, 3] } });
    const values = initialise(buildNet(small), 3);
    const path = join(folder, 'w.safetensors');
    writeWeights(path, small, values);
    const back = readWeights(path);
    expect(back.architecture).toEqual(small);
    expect(back.weights).toEqual(values);
    const tensors = toTensors(tf, back.net.parameters, back.weights);
    expect(await toValues(back.net.parameters, tensors)).toEqual(values);
    tf.dispose(tensors);
  });

  it('is refused where it does not say which net it is', () => {
    const path = join(folder, 'other.safetensors');
    writeSafetensors(path, []);
    expect(() => readWeights(path)).toThrow(`${path} does not describe its net`);
  });
});

it('a replayed training step keeps the bits of its operations, at sizes that are no powers of two', async () => {
  const net = buildNet(
    resNet(
      8,
      { width: 4 },
      { height: 12, width: 12, normalise: { mean: [0.4, 0.5, 0.6], std: [0.3, 0.2, 0.1] } },
    ),
  );
  const learner = new Learner(tf, net, { momentum: 0.9, weightDecay: 1e-4 }, initialState(net, 1));
  const plain = batchGradients(tf, net);
  const stream = new RandomStream(1, 'noise');
  const x = tf.tensor4d(
    Float32Array.from({ length: 7 * 432 }, () => stream.uniform()),
    [7, 12, 12, 3],
  );
  const labels = tf.tensor1d([0, 1, 2, 3, 4, 5, 6], 'int32');
  const shares = tf.fill([7], 1 / 7);
  // At the first step most gradients are zero, whatever the rounding.
  for (let step = 0; step < 3; step++) learner.step(x, labels, 0.1)();

  const replayed = compile(batchGradients(tf, net), { name: 'test' });
  const inputs: Tensor[] = [...learner.weights, x, labels, shares] as Tensor[];
  tf.dispose(replayed(inputs));
  const results = [replayed(inputs), tf.tidy(() => plain(inputs))].map((outputs) => partsOf(net, outputs));
  for (const [i, gradient] of results[0]!.gradients.entries()) {
    const same = Buffer.from((await gradient.data()).buffer).equals(
      Buffer.from((await results[1]!.gradients[i]!.data()).buffer),
    );
    expect(same, net.parameters[i]!.name).toBe(true);
  }
  replayed.dispose();
  learner.dispose();
});
