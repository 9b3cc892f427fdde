import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Rank } from 'ar-pipe/tf';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import evaluate from '../../stages/evaluate.ts';
import train from '../../stages/train.ts';
import { writePictures } from '../../stages/data/stored-set.ts';
import { createAttacker } from '../../stages/attacks/attacker.ts';
import { attackPlan, type AttackParams } from '../../stages/attacks/params.ts';
import type { Net } from '../../stages/nets/net.ts';
import { readSafetensors, tensorOf } from '../../stages/lib/safetensors.ts';
import { tf } from './backend.ts';
import { runStage, type Ran, type StageRun } from './context.ts';
import { stripeFacts as facts, stripes } from './stripes.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'train-'));
  writePictures(join(folder, 'train.safetensors'), stripes(26), facts);
  writePictures(join(folder, 'test.safetensors'), stripes(13), facts);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const params = {
  net: { kind: 'fixup-resnet', depth: 8, width: 4 },
  attack: { kind: 'pgd', epsilon: 4, steps: 2 },
  epochs: 4,
  batch: 8,
  schedule: { kind: 'cosine' },
  augment: { pad: 1, flip: true },
  untrained: 'accept',
};
const learn = (run: StageRun = {}): Promise<Ran> =>
  runStage(train, folder, {
    ...run,
    params: { ...params, ...(run.params as object | undefined) },
    needs: { train: join(folder, 'train.safetensors') },
  });
const weightsOf = (ran: Ran): Buffer => readFileSync(ran.out('weights.safetensors'));

describe('train', () => {
  it('learns, and says how', async () => {
    const ran = await learn({ params: { epochs: 12, untrained: 'fail' } });
    const metrics = JSON.parse(readFileSync(ran.out('metrics.json'), 'utf8')) as Record<string, number>;
    expect(metrics['cleanAccuracy']).toBe(1);
    expect(metrics['robustAccuracy']).toBeGreaterThan(0.9);
    const history = readFileSync(ran.out('history.csv'), 'utf8').trim().split('\n');
    expect(history).toHaveLength(13);
    expect(history[1]).toMatch(/,,$/);
    expect(metrics['layersClipped']).toBe(0);
    expect(metrics['logSpectralComplexity']).toBeGreaterThan(-20);
    expect(history[0]).toBe(
      'epoch,learningRate,trainingLoss,trainingAccuracy,cleanLoss,cleanAccuracy,robustAccuracy,' +
        'layersClipped,logSpectralComplexity',
    );
    expect(ran.progress.at(-1)).toEqual([12 * 26, 12 * 26]);
  });

  it('gives the same bytes again, and others from another seed', async () => {
    const first = weightsOf(await learn());
    expect(weightsOf(await learn()).equals(first)).toBe(true);
    expect(weightsOf(await learn({ seed: 2 })).equals(first)).toBe(false);
  });

  it.each([1, 3])(
    'stopped after epoch %i and resumed, ends bit for bit as if it had not been',
    async (epochs) => {
      const whole = await learn();
      const checkpoints = mkdtempSync(join(folder, 'checkpoints-'));
      const stop = new AbortController();
      const stopped = learn({
        checkpoints,
        signal: stop.signal,
        onCheckpoint: (saved) => {
          if (saved === epochs) stop.abort(new Error('stopped'));
        },
      });
      await expect(stopped).rejects.toThrow('stopped');
      const resumed = await learn({ checkpoints });
      expect(resumed.log).toContain(`resumes after epoch ${epochs}`);
      expect(weightsOf(resumed).equals(weightsOf(whole))).toBe(true);
      for (const name of ['history.csv', 'metrics.json']) {
        expect(readFileSync(resumed.out(name), 'utf8')).toBe(readFileSync(whole.out(name), 'utf8'));
      }
    },
  );

  it('leaves no tensor behind, stopped or not', async () => {
    await learn();
    const before = tf.memory().numTensors;
    await learn({ params: { epochs: 1 } });
    const stop = new AbortController();
    await expect(
      learn({
        signal: stop.signal,
        onCheckpoint: () => {
          stop.abort(new Error('stopped'));
        },
      }),
    ).rejects.toThrow('stopped');
    expect(tf.memory().numTensors).toBe(before);
  });

  it('stops at the first loss that is not finite, naming epoch and batch', async () => {
    const diverging = learn({ params: { learningRate: 1e20, schedule: { kind: 'constant' } } });
    await expect(diverging).rejects.toThrow(/training diverged: the loss is \S+ in epoch 1, batch \d of 4/);
  });

  it('refuses to hand on a net that has learnt nothing, unless told to', async () => {
    const idle = { learningRate: 1e-9, epochs: 1 };
    await expect(learn({ params: { ...idle, untrained: 'fail' } })).rejects.toThrow(
      /learnt nothing.*ln 2 = 0.6931/,
    );
    await learn({ params: idle });
  });

  it.each([
    ['FGSM', { attack: { kind: 'fgsm', epsilon: 4 } }],
    ['no attack', { attack: { kind: 'none' } }],
    ['all scalars and option B', { net: { ...params.net, scalars: 'all', shortcut: 'B', stem: 'he' } }],
    ['batch norm', { net: { kind: 'wrn-bottleneck', units: [1, 1], base: 4 }, learningRate: 0.05 }],
  ])('trains with %s', async (_, changed) => {
    const ran = await learn({ params: { ...changed, epochs: 6 } });
    const metrics = JSON.parse(readFileSync(ran.out('metrics.json'), 'utf8')) as Record<string, number>;
    expect(metrics['trainingLoss']).toBeLessThan(Math.LN2);
  });
});

describe('training without attack', () => {
  it('attacks nothing, and so measures no robust accuracy', async () => {
    const ran = await learn({ params: { attack: { kind: 'none' }, epochs: 2 } });
    const metrics = JSON.parse(readFileSync(ran.out('metrics.json'), 'utf8')) as Record<string, number>;
    expect(metrics).not.toHaveProperty('robustAccuracy');
    expect(metrics['cleanLoss']).toBeGreaterThan(0);
    const [header, first] = readFileSync(ran.out('history.csv'), 'utf8').split('\n') as [string, string];
    expect(first.split(',')[header.split(',').indexOf('robustAccuracy')]).toBe('');
  });

  it('steps on the very pictures: no pass for an attack is made', () => {
    const net: Net = {
      parameters: [],
      convolutions: [],
      forward: () => {
        throw new Error('a forward pass');
      },
    };
    const pictures = tf.ones<Rank.R4>([2, 4, 4, 1]);
    const labels = tf.tensor1d([0, 1], 'int32');
    const attacked = (params: AttackParams) =>
      createAttacker(tf, net, attackPlan(params)).attack([], pictures, labels, null);
    expect([...attacked({ kind: 'none' }).dataSync()]).toEqual([...pictures.dataSync()]);
    expect(() => attacked({ kind: 'fgsm', epsilon: 8, randomStart: false })).toThrow('a forward pass');
  });
});

describe('what train is given', () => {
  it('may not be a batch of more pictures than there are', async () => {
    await expect(learn({ params: { batch: 27 } })).rejects.toThrow(
      'batch is 27, but stripes has 26 training pictures',
    );
    await learn({ params: { batch: 26, epochs: 1 } });
  });

  it.each([
    ['PGD of 0 steps', { attack: { kind: 'pgd', epsilon: 4, steps: 0 } }, 'attack.steps'],
    ['epsilon above 255', { attack: { kind: 'pgd', epsilon: 256 } }, 'attack.epsilon'],
    ['epsilon below 0', { attack: { kind: 'fgsm', epsilon: -1 } }, 'attack.epsilon'],
    ['a level of 0', { spectralControl: { level: 0 } }, 'spectralControl.level'],
    ['a level below 0', { spectralControl: { level: -1 } }, 'spectralControl.level'],
    ['another mode', { spectralControl: { level: 1, mode: 'cut' } }, 'spectralControl.mode'],
    ['no epochs', { epochs: 0 }, 'epochs'],
  ])('names the field of %s', (_, changed, field) => {
    const { error } = train.params!.safeParse({ ...params, ...changed });
    expect(error?.issues.map(({ path }) => path.join('.'))).toEqual([field]);
  });
});

describe('a wide ResNet with batch norm on 64x64 pictures', () => {
  it('trains, and ends bit for bit the same when stopped and resumed', async () => {
    const path = join(folder, 'large.safetensors');
    writePictures(path, stripes(6, 64), facts);
    const run = (more: StageRun = {}) =>
      runStage(train, folder, {
        ...more,
        params: {
          ...params,
          net: { kind: 'wrn-bottleneck', units: [1, 1, 1, 1], base: 4 },
          attack: { kind: 'pgd', epsilon: 4, steps: 1 },
          epochs: 2,
          batch: 3,
          learningRate: 0.02,
        },
        needs: { train: path },
      });
    const whole = await run();
    const checkpoints = mkdtempSync(join(folder, 'checkpoints-'));
    const stop = new AbortController();
    const stopped = run({
      checkpoints,
      signal: stop.signal,
      onCheckpoint: () => {
        stop.abort(new Error('stopped'));
      },
    });
    await expect(stopped).rejects.toThrow('stopped');
    const resumed = await run({ checkpoints });
    expect(resumed.log).toContain('resumes after epoch 1');
    expect(weightsOf(resumed).equals(weightsOf(whole))).toBe(true);
  });
});

describe('evaluate', () => {
  it('scores every picture, whatever the batch, and sums up', async () => {
    const weights = (await learn({ params: { epochs: 12 } })).out('weights.safetensors');
    const needs = {
      weights,
      train: join(folder, 'train.safetensors'),
      test: join(folder, 'test.safetensors'),
    };
    const ran = await runStage(evaluate, folder, { params: { batch: 10 }, needs });
    const summary = JSON.parse(readFileSync(ran.out('summary.json'), 'utf8')) as {
      train: { accuracy: number; loss: number; pictures: number };
      test: { loss: number };
      lossGap: number;
    };
    expect(summary.train).toMatchObject({ accuracy: 1, pictures: 26 });
    expect(summary.lossGap).toBeCloseTo(summary.test.loss - summary.train.loss, 12);
    expect(ran.progress.map(([done]) => done)).toEqual([10, 20, 26, 36, 39]);

    const path = ran.out('test.safetensors');
    const file = readSafetensors(path);
    const prob = tensorOf(file, 'prob', 'F32', path).data;
    for (const [i, loss] of tensorOf(file, 'loss', 'F32', path).data.entries()) {
      expect(prob[i]!).toBeCloseTo(Math.exp(-loss), 6);
    }
    expect(file.tensors.get('logits')?.shape).toEqual([13, 2]);
    const whole = await runStage(evaluate, folder, { params: { batch: 100 }, needs });
    const other = tensorOf(readSafetensors(whole.out('test.safetensors')), 'loss', 'F32', path).data;
    for (const [i, loss] of other.entries())
      expect(loss).toBeCloseTo(tensorOf(file, 'loss', 'F32', path).data[i]!, 4);
  });

  it('refuses pictures that the net was not built for', async () => {
    const weights = (await learn({ params: { epochs: 1 } })).out('weights.safetensors');
    const wide = join(folder, 'wide.safetensors');
    const set = stripes(4);
    writePictures(wide, { ...set, height: 4, width: 16 }, facts);
    const needs = { weights, train: wide, test: wide };
    await expect(runStage(evaluate, folder, { needs })).rejects.toThrow(
      `${wide} has pictures of 4x16x1, but the net was built for 8x8x1`,
    );
  });
});
