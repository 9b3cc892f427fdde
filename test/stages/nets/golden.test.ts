import { expect, it } from 'vitest';
import { lossAndGradient } from '../../../stages/attacks/attack.ts';
import type { Architecture } from '../../../stages/nets/architecture.ts';
import { buildNet } from '../../../stages/nets/build.ts';
import { softmaxCrossEntropy, type Tensor1D } from 'ar-pipe/tf';
import { tensorsOf, tf } from '../backend.ts';
import { describeGolden, goldenArrays, goldenJson, goldenWeights, maxDifference } from '../golden.ts';
import { netSchema } from '../../../stages/nets/architecture.ts';

const resnet14: Architecture = {
  net: netSchema.parse({ kind: 'fixup-resnet', depth: 14 }),
  height: 32,
  width: 32,
  channels: 3,
  classes: 10,
  normalise: null,
};
const wrnTiny: Architecture = {
  net: netSchema.parse({ kind: 'wrn-bottleneck', units: [1, 1, 1, 1], base: 8 }),
  height: 64,
  width: 64,
  channels: 3,
  classes: 20,
  normalise: null,
};

interface Mistakes {
  resnet14: Record<string, { first_picture_logits: number[] }>;
}

interface WrnFacts {
  gradient_train_mode_mean_loss: Record<string, { l2: number }>;
}

describeGolden('ResNet-14 against PyTorch', () => {
  const net = buildNet(resnet14);
  const golden = goldenArrays('resnet14-eval.safetensors');
  const weights = tensorsOf(net, goldenWeights('resnet14.safetensors', net));
  const x = tf.tensor4d(golden.f32('x'), [16, 32, 32, 3]);
  const labels = tf.tensor1d(golden.i32('y'), 'int32');
  const logits = net.forward(tf, weights, x, 'evaluate').logits;

  it('gives its logits and losses', () => {
    expect(maxDifference(logits.dataSync(), golden.f32('logits'))).toBeLessThan(1e-4);
    expect(maxDifference(softmaxCrossEntropy(labels, logits).dataSync(), golden.f32('loss'))).toBeLessThan(
      1e-4,
    );
  });

  it('gives the gradient of the summed cross-entropy', () => {
    const ours = lossAndGradient(
      tf,
      (pictures) => softmaxCrossEntropy(labels, net.forward(tf, weights, pictures, 'evaluate').logits),
      x,
    ).gradient.dataSync();
    const theirs = golden.f32('grad_sum');
    const pixels = 32 * 32 * 3;
    for (let picture = 0; picture < 16; picture++) {
      let difference = 0;
      let norm = 0;
      for (let i = picture * pixels; i < (picture + 1) * pixels; i++) {
        difference += (ours[i]! - theirs[i]!) ** 2;
        norm += theirs[i]! ** 2;
      }
      expect(Math.sqrt(difference / norm)).toBeLessThan(1e-4);
    }
    const equalSigns = theirs.reduce((n, g, i) => n + Number(Math.sign(g) === Math.sign(ours[i]!)), 0);
    expect(equalSigns / theirs.length).toBeGreaterThanOrEqual(0.999);
  });

  it('gives none of the known mistakes', () => {
    const mistakes = Object.entries((goldenJson('mistakes.json') as Mistakes).resnet14);
    const first = logits.dataSync().slice(0, 10);
    for (const [name, { first_picture_logits: theirs }] of mistakes) {
      const distance = maxDifference(first, theirs);
      // A picture in BGR order is another input, not another net: its first logits are recorded unchanged.
      if (name === 'correct' || name === 'pictures_in_bgr') expect(distance).toBeLessThan(1e-4);
      else expect(distance, name).toBeGreaterThan(0.01);
    }
  });
});

describeGolden('small wide ResNet against PyTorch', () => {
  const net = buildNet(wrnTiny);
  const golden = goldenArrays('wrn-tiny-eval.safetensors');
  const weights = tensorsOf(net, goldenWeights('wrn-tiny.safetensors', net));
  const x = tf.tensor4d(golden.f32('x'), [4, 64, 64, 3]);
  const labels = tf.tensor1d(golden.i32('y'), 'int32');

  it('gives its logits by running and by batch statistics, and moves the running ones', () => {
    const evaluated = net.forward(tf, weights, x, 'evaluate');
    expect(maxDifference(evaluated.logits.dataSync(), golden.f32('logits_eval'))).toBeLessThan(1e-4);
    expect(evaluated.statistics).toEqual({});
    const trained = net.forward(tf, weights, x, 'train');
    expect(maxDifference(trained.logits.dataSync(), golden.f32('logits_train'))).toBeLessThan(1e-4);
    const untrained = net.parameters.filter(({ trained }) => !trained);
    expect(Object.keys(trained.statistics)).toHaveLength(untrained.length);
    for (const { name } of untrained) {
      const ours = trained.statistics[name]!.dataSync();
      for (const [i, theirs] of golden.f32(`after.${name}`).entries()) {
        expect(Math.abs(ours[i]! - theirs)).toBeLessThan(1e-5 * Math.abs(theirs) + 1e-6);
      }
    }
  });

  it('gives the gradients of the mean cross-entropy through the batch statistics', () => {
    const names = net.parameters.filter(({ trained }) => trained).map(({ name }) => name);
    const { gradient_train_mode_mean_loss: gradients } = goldenJson('wrn-tiny-eval.json') as WrnFacts;
    const grads = tf.grads((...values) => {
      const replaced = { ...weights, ...Object.fromEntries(names.map((name, i) => [name, values[i]!])) };
      return tf.mean<Tensor1D>(softmaxCrossEntropy(labels, net.forward(tf, replaced, x, 'train').logits));
    })(names.map((name) => weights[name]!));
    // Twice the tolerance of the formula written out: one of the million ReLU inputs lies so close to 0 (5e-8, -2e-6) that
    // the fused batch norm puts it on the other side.
    const tolerance = 2e-3;
    for (const [i, name] of names.entries()) {
      const l2 = Math.sqrt(grads[i]!.dataSync<'float32'>().reduce((sum, g) => sum + g * g, 0));
      expect(Math.abs(l2 / gradients[name]!.l2 - 1), name).toBeLessThan(tolerance);
    }
  });
});
