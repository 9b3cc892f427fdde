import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import attackEval from '../../stages/attack-eval.ts';
import { writePictures } from '../../stages/data/stored-set.ts';
import { readCsv } from '../../stages/lib/csv.ts';
import { readSafetensors, stored, writeSafetensors } from '../../stages/lib/safetensors.ts';
import { attackRow, maskingRow } from '../../stages/results/attack-table.ts';
import train from '../../stages/train.ts';
import { tf } from './backend.ts';
import { runStage, type StageRun } from './context.ts';
import { stripeFacts, stripes } from './stripes.ts';

let folder: string;
let needs: { weights: string; test: string };
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'attack-eval-'));
  writePictures(join(folder, 'train.safetensors'), stripes(26), stripeFacts);
  writePictures(join(folder, 'test.safetensors'), stripes(13), stripeFacts);
  const params = {
    net: { kind: 'fixup-resnet', depth: 8, width: 4 },
    attack: { kind: 'pgd', epsilon: 4, steps: 2 },
    epochs: 12,
    batch: 8,
    schedule: { kind: 'cosine' },
    augment: null,
  };
  const learnt = await runStage(train, folder, {
    params,
    needs: { train: join(folder, 'train.safetensors') },
  });
  needs = { weights: learnt.out('weights.safetensors'), test: join(folder, 'test.safetensors') };
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const evaluated = async (run: StageRun = {}) => {
  const ran = await runStage(attackEval, folder, { needs, ...run });
  return {
    ...ran,
    attacks: readCsv(ran.out('attacks.csv'), attackRow),
    masking: readCsv(ran.out('masking.csv'), maskingRow),
    examples: readSafetensors(ran.out('examples.safetensors')).tensors,
  };
};
const pgd = (name: string, epsilon: number, more: object = {}) => ({ name, kind: 'pgd', epsilon, ...more });
const arrayOf = ({ examples }: Awaited<ReturnType<typeof evaluated>>, name: string) => [
  ...examples.get(name)!.data,
];

describe('attacks on a finished net', () => {
  it('take away what a table of attacks says, example by example', async () => {
    const attacks = [
      pgd('fixed', 8),
      pgd('curve-120', 120, { stepSize: 30 }),
      { name: 'fgsm', kind: 'fgsm', epsilon: 60 },
    ];
    const ran = await evaluated({ params: { attacks, batch: 5 } });
    expect(
      ran.attacks.map(({ name, kind, epsilon, stepSize, steps, restarts, randomStart }) => [
        name,
        kind,
        epsilon,
        stepSize,
        steps,
        restarts,
        randomStart,
      ]),
    ).toEqual([
      ['fixed', 'pgd', 8, 2, 10, 1, 'true'],
      ['curve-120', 'pgd', 120, 30, 10, 1, 'true'],
      ['fgsm', 'fgsm', 60, 60, 1, 1, 'false'],
    ]);
    const clean = arrayOf(ran, 'correct');
    for (const { name, examples, cleanAccuracy, conditional, unconditional, loss } of ran.attacks) {
      const correct = arrayOf(ran, `${name}/correct`);
      const both = correct.filter((right, i) => right === 1 && clean[i] === 1).length;
      expect(unconditional).toBeCloseTo(both / 13, 12);
      expect(conditional * cleanAccuracy).toBeCloseTo(unconditional, 12);
      expect(loss).toBeCloseTo(arrayOf(ran, `${name}/loss`).reduce((a, b) => a + b) / 13, 6);
      expect(examples).toBe(13);
    }
    expect(ran.attacks[1]!.unconditional).toBeLessThan(ran.attacks[0]!.unconditional);
    expect(ran.masking.map(({ check }) => check)).toHaveLength(4);
    expect(ran.progress.at(-1)![0]).toBe(ran.progress.at(-1)![1]);
  });

  it('of epsilon 0 change nothing', async () => {
    const attacks = [pgd('curve-0', 0), { name: 'fgsm', kind: 'fgsm', epsilon: 0 }];
    const ran = await evaluated({ params: { attacks, masking: null } });
    expect(ran.attacks[0]).toMatchObject({ conditional: 1, unconditional: ran.attacks[0]!.cleanAccuracy });
    expect(arrayOf(ran, 'curve-0/correct')).toEqual(arrayOf(ran, 'correct'));
    expect(arrayOf(ran, 'curve-0/loss')).toEqual(arrayOf(ran, 'fgsm/loss'));
    expect(ran.masking).toEqual([]);
  });

  it('are worse for more restarts, and end well where none is right any more', async () => {
    const strong = { stepSize: 255, steps: 3 };
    const attacks = [
      pgd('one', 90, { steps: 2, stepSize: 20 }),
      pgd('five', 90, { steps: 2, stepSize: 20, restarts: 5 }),
      pgd('all', 255, { ...strong, restarts: 9 }),
    ];
    const ran = await evaluated({ params: { attacks, masking: null, batch: 4 } });
    const one = arrayOf(ran, 'one/correct');
    for (const [i, right] of arrayOf(ran, 'five/correct').entries())
      expect(right).toBeLessThanOrEqual(one[i]!);
    expect(ran.attacks[2]!.unconditional).toBe(0);
  });

  it('give the same bytes again, and the same starts whatever the list; another seed gives others', async () => {
    const [fixed, other] = [pgd('fixed', 30, { steps: 1 }), pgd('other', 12)];
    const lossesOf = async (run: StageRun) => arrayOf(await evaluated(run), 'fixed/loss');
    const first = await lossesOf({ params: { attacks: [fixed] } });
    expect(await lossesOf({ params: { attacks: [other, fixed], masking: null } })).toEqual(first);
    expect(await lossesOf({ params: { attacks: [fixed] }, seed: 2 })).not.toEqual(first);
  });

  it('are checked by one that needs no gradients, where that is wanted', async () => {
    const blackBox = async (masking: object, seed = 1) => {
      const { masking: rows, progress } = await evaluated({ params: { masking }, seed });
      return { ...rows.find(({ check }) => check === 'black-box-beats-pgd'), last: progress.at(-1) };
    };
    const weak = { epsilon: 140, steps: 1, stepSize: 1 };
    // Against a PGD that hardly moves, random squares win.
    const found = await blackBox({ ...weak, queries: 150 });
    expect(found).toMatchObject({ flagged: 'true' });
    expect(found.value).toBeGreaterThan(0.1);
    expect(found).toEqual(await blackBox({ ...weak, queries: 150 }));
    expect((await blackBox({ epsilon: 0.1, queries: 5 })).flagged).toBe('false');
  });

  it('see that a net hides its gradients', async () => {
    const path = join(folder, 'hiding.safetensors');
    const { tensors, metadata } = readSafetensors(needs.weights);
    // Logits a thousand times as large: the loss of a right picture is 0, and so is its gradient.
    const large = [...tensors].map(
      ([name, tensor]) =>
        [
          name,
          name.startsWith('fc.')
            ? stored(tensor.data.map((v) => v * 1000) as Float32Array, tensor.shape)
            : tensor,
        ] as const,
    );
    writeSafetensors(path, large, metadata);
    const ran = await evaluated({ needs: { ...needs, weights: path } });
    expect(ran.masking.find(({ check }) => check === 'zero-gradients')!.flagged).toBe('true');
    expect(ran.log.join()).toContain('gradients may be masked: zero-gradients is 1.000');
    const summary = JSON.parse(readFileSync(ran.out('attack-eval.json'), 'utf8')) as { masking: object };
    expect(summary.masking).toMatchObject({ flagged: true });
  });

  it('leave no tensor behind, stopped or not', async () => {
    await evaluated();
    const before = tf.memory().numTensors;
    await evaluated();
    const stop = new AbortController();
    const stopped = evaluated({
      signal: stop.signal,
      params: { batch: 4 },
      onProgress: () => {
        stop.abort(new Error('stopped'));
      },
    });
    await expect(stopped).rejects.toThrow('stopped');
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each([
    ['two attacks of one name', { attacks: [pgd('a', 4), pgd('a', 8)] }, 'two attacks have the same name'],
    [
      'restarts that would all be the same',
      { attacks: [pgd('a', 4, { randomStart: false, restarts: 2 })] },
      'restarts without a random start',
    ],
    ['no steps', { attacks: [pgd('a', 4, { steps: 0 })] }, 'steps'],
    ['a ball larger than the pixel range', { attacks: [pgd('a', 256)] }, 'epsilon'],
    ['more pictures than there are', { pictures: 14 }, '14 pictures are asked for, but it has 13'],
  ])('refuse %s', async (_, params, message) => {
    await expect(evaluated({ params })).rejects.toThrow(message);
  });
});
