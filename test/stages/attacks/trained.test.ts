import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import attackEval from '../../../stages/attack-eval.ts';
import { readCifar } from '../../../stages/data/cifar.ts';
import { takePictures } from '../../../stages/data/picture-set.ts';
import { writePictures } from '../../../stages/data/stored-set.ts';
import { readCsv } from '../../../stages/lib/csv.ts';
import { readSafetensors, tensorOf } from '../../../stages/lib/safetensors.ts';
import { architectureSchema } from '../../../stages/nets/architecture.ts';
import { buildNet } from '../../../stages/nets/build.ts';
import { writeWeights } from '../../../stages/nets/weights-file.ts';
import { attackRow } from '../../../stages/results/attack-table.ts';
import { runStage } from '../context.ts';
import { temporaryFolder } from '../figure-rig.ts';
import { goldenJson, goldenWeights, haveGolden, sharedPath } from '../golden.ts';

interface Facts {
  index: number[];
  clean_ok: string;
  results: { attack: string; eps_255: number; conditional: number; unconditional: number; adv_ok: string }[];
}

const archive = sharedPath('data/cifar-10-pictures/cifar-10-binary.tar.gz');
const mean = [125.3, 123.0, 113.9].map((value) => value / 255);
const std = [63.0, 62.1, 66.7].map((value) => value / 255);

const attacks = [
  { name: 'fgsm-4', kind: 'fgsm', epsilon: 4 },
  { name: 'fgsm-8', kind: 'fgsm', epsilon: 8 },
  { name: 'pgd-8', kind: 'pgd', epsilon: 8, randomStart: false },
];

it.skipIf(!haveGolden || !existsSync(archive))(
  'a trained ResNet-14 falls to FGSM and PGD-10 on 500 pictures as it does to other libraries',
  async () => {
    const facts = goldenJson('attacks.json') as Facts;
    const folder = temporaryFolder();
    const architecture = architectureSchema.parse({
      net: { kind: 'fixup-resnet', depth: 14 },
      height: 32,
      width: 32,
      channels: 3,
      classes: 10,
      normalise: { mean, std },
    });
    const weights = join(folder, 'weights.safetensors');
    writeWeights(weights, architecture, goldenWeights('resnet-trained.safetensors', buildNet(architecture)));
    const test = join(folder, 'test.safetensors');
    const { test: pictures } = await readCifar(archive, 'cifar-10');
    const classNames = Array.from({ length: 10 }, (_, i) => String(i));
    writePictures(test, takePictures(pictures, facts.index), { name: 'CIFAR-10', classNames, mean, std });

    const ran = await runStage(attackEval, folder, {
      needs: { weights, test },
      params: { attacks, masking: null },
    });
    const path = ran.out('examples.safetensors');
    const file = readSafetensors(path);
    expect(tensorOf(file, 'correct', 'U8', path).data.join('')).toBe(facts.clean_ok);
    for (const { name, kind, epsilon, conditional, unconditional } of readCsv(
      ran.out('attacks.csv'),
      attackRow,
    )) {
      const attack = kind === 'fgsm' ? 'FGSM' : 'PGD-10';
      const theirs = facts.results.find((result) => result.attack === attack && result.eps_255 === epsilon)!;
      const correct = tensorOf(file, `${name}/correct`, 'U8', path).data;
      const otherVerdicts = correct.filter((right, i) => String(right) !== theirs.adv_ok[i]).length;
      expect(otherVerdicts).toBeLessThanOrEqual(2);
      expect(Math.abs(unconditional - theirs.unconditional)).toBeLessThanOrEqual(0.004);
      expect(Math.abs(conditional - theirs.conditional)).toBeLessThanOrEqual(2 / 290 + 1e-9);
    }
  },
  180_000,
);
