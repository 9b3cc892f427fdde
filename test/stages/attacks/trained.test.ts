import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createAttacker } from '../../../stages/attacks/attacker.ts';
import { attackedInput, cleanInput, labelInput } from '../../../stages/attacks/inputs.ts';
import { attackPlan } from '../../../stages/attacks/params.ts';
import { fileOrder } from '../../../stages/data/batches.ts';
import { readCifar } from '../../../stages/data/cifar.ts';
import { takePictures } from '../../../stages/data/picture-set.ts';
import { createClassifier } from '../../../stages/evaluation/classifier.ts';
import { robustAccuracy, scoresOf } from '../../../stages/evaluation/scores.ts';
import { architectureSchema } from '../../../stages/nets/architecture.ts';
import { buildNet } from '../../../stages/nets/build.ts';
import { toTensors } from '../../../stages/nets/parameters.ts';
import { tf } from '../backend.ts';
import { goldenArrays, goldenJson, goldenWeights, haveGolden, maxDifference, sharedPath } from '../golden.ts';

interface Facts {
  index: number[];
  clean_ok: string;
  results: { attack: string; eps_255: number; conditional: number; unconditional: number; adv_ok: string }[];
}

const archive = sharedPath('data/cifar-10-pictures/cifar-10-binary.tar.gz');
const mean = [125.3, 123.0, 113.9].map((value) => value / 255);
const std = [63.0, 62.1, 66.7].map((value) => value / 255);

describe.skipIf(!haveGolden || !existsSync(archive))('a trained ResNet-14 on 500 pictures', async () => {
  const facts = goldenJson('attacks.json') as Facts;
  const { test } = await readCifar(archive, 'cifar-10');
  const set = takePictures(test, facts.index);
  const net = buildNet(
    architectureSchema.parse({
      net: { kind: 'fixup-resnet', depth: 14 },
      height: 32,
      width: 32,
      channels: 3,
      classes: 10,
      normalise: { mean, std },
    }),
  );
  const weights = toTensors(tf, net.parameters, goldenWeights('resnet-trained.safetensors', net));
  const classifier = createClassifier(tf, net, 10, 125);
  const places = fileOrder(set.count);
  const clean = await classifier.logits(weights, places, (part) => cleanInput(tf, set, part));
  const cleanCorrect = scoresOf(clean, set.labels, 10).correct;

  it('gives its logits', () => {
    expect(maxDifference(clean, goldenArrays('resnet-trained-eval.safetensors').f32('logits'))).toBeLessThan(
      1e-3,
    );
    expect([...cleanCorrect].join('')).toBe(facts.clean_ok);
  });

  it.each([
    ['FGSM', 4],
    ['FGSM', 8],
    ['PGD-10', 8],
  ] as const)('falls to %s of %i/255 as it does to other libraries', async (attack, epsilon) => {
    const plan =
      attack === 'FGSM'
        ? attackPlan({ kind: 'fgsm', epsilon, randomStart: false })
        : attackPlan({ kind: 'pgd', epsilon, stepSize: 2, steps: 10, randomStart: false });
    const attacker = createAttacker(tf, net, plan);
    const attacked = await classifier.logits(weights, places, (part) =>
      tf.tidy(() => attackedInput(tf, attacker, weights, set, part, labelInput(tf, set, part), null)),
    );
    const correct = scoresOf(attacked, set.labels, 10).correct;
    const theirs = facts.results.find((result) => result.attack === attack && result.eps_255 === epsilon)!;
    const otherVerdicts = correct.filter((right, i) => String(right) !== theirs.adv_ok[i]).length;
    expect(otherVerdicts).toBeLessThanOrEqual(2);
    const { conditional, unconditional } = robustAccuracy(cleanCorrect, correct);
    expect(Math.abs(unconditional - theirs.unconditional)).toBeLessThanOrEqual(0.004);
    expect(Math.abs(conditional - theirs.conditional)).toBeLessThanOrEqual(2 / 290 + 1e-9);
    attacker.dispose();
  });
});
