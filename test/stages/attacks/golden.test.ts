import { expect, it } from 'vitest';
import { softmaxCrossEntropy, type Tensor4D } from 'ar-pipe/tf';
import { ascend, type LossOf } from '../../../stages/attacks/attack.ts';
import { createAttacker } from '../../../stages/attacks/attacker.ts';
import { boxAround } from '../../../stages/attacks/bounds.ts';
import { attackPlan, attackSchema } from '../../../stages/attacks/params.ts';
import { netSchema, type Architecture } from '../../../stages/nets/architecture.ts';
import { buildNet } from '../../../stages/nets/build.ts';
import { toTensors } from '../../../stages/nets/parameters.ts';
import { backendName, tf } from '../backend.ts';
import { describeGolden, goldenArrays, goldenWeights, maxDifference } from '../golden.ts';

const architecture: Architecture = {
  net: netSchema.parse({ kind: 'fixup-resnet', depth: 14 }),
  height: 32,
  width: 32,
  channels: 3,
  classes: 10,
  normalise: null,
};
const epsilon = 8 / 255;
/** WebAssembly sums in another order, so that some signs of tiny gradients differ. */
const [sharePixels, lossTolerance] = backendName === 'wasm' ? [0.98, 2e-2] : [0.99, 1e-2];

describeGolden('attacks on ResNet-14 against PyTorch', () => {
  const net = buildNet(architecture);
  const golden = goldenArrays('resnet14-eval.safetensors');
  const tensors = toTensors(tf, net.parameters, goldenWeights('resnet14.safetensors', net));
  const weights = Object.fromEntries(net.parameters.map(({ name }, i) => [name, tensors[i]!]));
  const x = tf.tensor4d(golden.f32('x'), [16, 32, 32, 3]);
  const labels = tf.tensor1d(golden.i32('y'), 'int32');
  const lossOf: LossOf = (pictures) =>
    softmaxCrossEntropy(labels, net.forward(tf, weights, pictures, 'evaluate').logits);

  const expectPixels = (ours: Tensor4D, theirs: Float32Array): void => {
    const pixels = ours.dataSync<'float32'>();
    const close = theirs.reduce((n, pixel, i) => n + Number(Math.abs(pixel - pixels[i]!) <= 1e-6), 0);
    expect(close / theirs.length).toBeGreaterThanOrEqual(sharePixels);
    expect(maxDifference(pixels, x.dataSync<'float32'>())).toBeLessThanOrEqual(epsilon + 1e-6);
  };
  const attack = (params: unknown): Tensor4D =>
    createAttacker(tf, net, attackPlan(attackSchema.parse(params))).attack(tensors, x, labels, null);

  it('FGSM from the clean picture', () => {
    const attacked = attack({ kind: 'fgsm', epsilon: 8 });
    expectPixels(attacked, golden.f32('fgsm_x'));
    expect(maxDifference(lossOf(attacked).dataSync(), golden.f32('fgsm_loss'))).toBeLessThan(lossTolerance);
  });

  it('PGD-10 and the losses of its iterates', () => {
    expectPixels(attack({ kind: 'pgd', epsilon: 8, randomStart: false }), golden.f32('pgd_x'));
    const box = boxAround(tf, x, tf.scalar(epsilon));
    const theirs = golden.f32('pgd_loss_mean');
    let iterate = x;
    for (const mean of theirs) {
      const { loss, next } = ascend(tf, lossOf, iterate, box, tf.scalar(2 / 255));
      expect(Math.abs(loss.mean().dataSync()[0]! / mean - 1)).toBeLessThan(1e-3);
      iterate = next;
    }
  });

  it.each([
    { name: 'steps of 2/255', step: 2 / 255, steps: 10, prefix: '' },
    { name: 'steps too large to converge', step: 24 / 255, steps: 6, prefix: 'osc_' },
  ])('the best iterate and the loss variation with $name', ({ step, steps, prefix }) => {
    const attacker = createAttacker(tf, net, { epsilon, stepSize: step, steps, randomStart: false });
    const { clean, ...best } = attacker.strongest(tensors, x, labels, null);
    expect(maxDifference(best.loss.dataSync(), golden.f32(`${prefix}best_loss`))).toBeLessThan(lossTolerance);
    const variation = tf.sub(best.loss, clean).dataSync<'float32'>();
    expect(maxDifference(variation, golden.f32(`${prefix}V`))).toBeLessThan(lossTolerance);
    expect(Math.min(...variation)).toBeGreaterThanOrEqual(0);
    if (prefix === '') expectPixels(best.pictures, golden.f32('best_x'));
  });
});
