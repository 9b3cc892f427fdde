import { expect, it } from 'vitest';
import type { Tensor4D } from 'ar-pipe/tf';
import { createAttacker } from '../../../stages/attacks/attacker.ts';
import { mean } from '../../../stages/evaluation/scores.ts';
import { netSchema, type Architecture } from '../../../stages/nets/architecture.ts';
import { buildNet } from '../../../stages/nets/build.ts';
import { toPyTorch } from '../../../stages/nets/layout.ts';
import { Learner } from '../../../stages/training/learner.ts';
import { initialState } from '../../../stages/training/state.ts';
import { tf } from '../backend.ts';
import { describeGolden, goldenArrays, goldenJson, goldenWeights, maxDifference } from '../golden.ts';

const architecture: Architecture = {
  net: netSchema.parse({ kind: 'fixup-resnet', depth: 14 }),
  height: 32,
  width: 32,
  channels: 3,
  classes: 10,
  normalise: null,
};

interface Run {
  loss_before_step: number[];
  final: Record<string, { l2: number; first5: number[] }>;
}
interface Facts {
  clean: Run;
  adversarial: Run;
}
interface Mistakes {
  train3_clean: Record<string, Record<'stem_weight_l2' | 'fc_weight_l2' | 'fc_bias_l2', number>>;
}

const l2 = (values: Float32Array): number => Math.sqrt(values.reduce((sum, v) => sum + v * v, 0));

describeGolden('three steps of SGD against PyTorch', () => {
  const net = buildNet(architecture);
  const golden = goldenArrays('resnet14-eval.safetensors');
  const x = tf.tensor4d(golden.f32('x'), [16, 32, 32, 3]);
  const labels = tf.tensor1d(golden.i32('y'), 'int32');

  const run = async (attackSteps: number) => {
    const weights = new Map(goldenWeights('resnet14.safetensors', net));
    for (const name of ['fc.weight', 'fc.bias'])
      weights.set(
        name,
        weights.get(name)!.map((w) => w / 32),
      );
    const sgd = { momentum: 0.9, weightDecay: 2e-4 };
    const learner = new Learner(tf, net, sgd, { ...initialState(net, 1), weights });
    const attacker = createAttacker(tf, net, {
      epsilon: 8 / 255,
      stepSize: 4 / 255,
      steps: attackSteps,
      randomStart: false,
    });
    const losses: number[] = [];
    for (let step = 0; step < 3; step++) {
      const attacked: Tensor4D = attacker.attack(learner.weights, x, labels, null);
      losses.push(mean(learner.step(attacked, labels, 0.05)().losses));
      attacked.dispose();
    }
    const state = await learner.state([]);
    learner.dispose();
    const final = net.parameters.map(({ name, shape }) => ({
      name,
      values: toPyTorch(state.weights.get(name)!, shape).data,
    }));
    return { losses, final };
  };

  it.each([
    { mode: 'clean', attackSteps: 0, lossTolerance: 1e-4, weightTolerance: 1e-5 },
    { mode: 'adversarial', attackSteps: 3, lossTolerance: 1e-3, weightTolerance: 1e-4 },
  ] as const)('gives the losses and weights of the $mode run', async (expected) => {
    const facts = (goldenJson('train3.json') as Facts)[expected.mode];
    const weights = goldenArrays('train3.safetensors');
    const { losses, final } = await run(expected.attackSteps);
    expect(maxDifference(losses, facts.loss_before_step)).toBeLessThan(expected.lossTolerance);
    for (const { name, values } of final) {
      const { first5, l2: theirs } = facts.final[name]!;
      expect(maxDifference(values, first5), name).toBeLessThan(expected.weightTolerance);
      if (expected.mode === 'clean') expect(Math.abs(l2(values) / theirs - 1), name).toBeLessThan(5e-6);
      if (['stem.weight', 'fc.weight', 'fc.bias'].includes(name)) {
        const all = weights.f32(`${expected.mode}.${name}`);
        expect(maxDifference(values, all), name).toBeLessThan(expected.weightTolerance);
      }
    }
  });

  it('gives none of the known mistakes', async () => {
    const { final } = await run(0);
    const norm = (name: string): number => l2(final.find((parameter) => parameter.name === name)!.values);
    const mistakes = Object.entries((goldenJson('mistakes.json') as Mistakes).train3_clean);
    expect(mistakes.length).toBeGreaterThan(5);
    for (const [name, theirs] of mistakes) {
      const distance = Math.max(
        Math.abs(norm('stem.weight') / theirs.stem_weight_l2 - 1),
        Math.abs(norm('fc.weight') / theirs.fc_weight_l2 - 1),
        Math.abs(norm('fc.bias') / theirs.fc_bias_l2 - 1),
      );
      if (name === 'correct') expect(distance).toBeLessThan(5e-6);
      else expect(distance, name).toBeGreaterThan(1e-5);
    }
  });
});
