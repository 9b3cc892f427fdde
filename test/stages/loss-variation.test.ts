import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writePictures } from '../../stages/data/stored-set.ts';
import { readCsv } from '../../stages/lib/csv.ts';
import { readSafetensors, tensorOf } from '../../stages/lib/safetensors.ts';
import lossVariation from '../../stages/loss-variation.ts';
import { architectureSchema } from '../../stages/nets/architecture.ts';
import { buildNet } from '../../stages/nets/build.ts';
import { writeWeights } from '../../stages/nets/weights-file.ts';
import { variationRow } from '../../stages/results/variation-table.ts';
import { backendName, tf } from './backend.ts';
import { runStage } from './context.ts';
import { temporaryFolder } from './figure-rig.ts';
import { describeGolden, goldenArrays, goldenJson, goldenWeights, maxDifference } from './golden.ts';

const tolerance = backendName === 'wasm' ? 2e-2 : 1e-2;

describeGolden('loss variation of ResNet-14 against PyTorch', () => {
  const golden = goldenArrays('resnet14-eval.safetensors');

  function files() {
    const folder = temporaryFolder();
    const architecture = architectureSchema.parse({
      net: { kind: 'fixup-resnet', depth: 14 },
      height: 32,
      width: 32,
      channels: 3,
      classes: 10,
      normalise: null,
    });
    const weights = join(folder, 'weights.safetensors');
    writeWeights(weights, architecture, goldenWeights('resnet14.safetensors', buildNet(architecture)));
    const test = join(folder, 'test.safetensors');
    writePictures(
      test,
      {
        images: Uint8Array.from(golden.f32('x'), (value) => Math.round(value * 255)),
        labels: golden.i32('y'),
        index: golden.i32('index'),
        count: 16,
        height: 32,
        width: 32,
        channels: 3,
      },
      {
        name: 'CIFAR-10',
        classNames: Array.from({ length: 10 }, (_, i) => String(i)),
        mean: [0, 0, 0],
        std: [1, 1, 1],
      },
    );
    return { folder, needs: { weights, test } };
  }
  const measured = async (params: object, seed = 1) => {
    const { folder, needs } = files();
    const ran = await runStage(lossVariation, folder, { params, needs, seed });
    const path = ran.out('examples.safetensors');
    return {
      array: (name: string) => Array.from(tensorOf(readSafetensors(path), name, 'F32', path).data),
      rows: readCsv(ran.out('loss-variation.csv'), variationRow),
      progress: ran.progress,
    };
  };

  it.each([
    { name: 'steps of 2/255', params: {}, prefix: '' },
    { name: 'steps too large to converge', params: { stepSize: 24, steps: 6 }, prefix: 'osc_' },
  ])('is its $name', async ({ params, prefix }) => {
    const { array, rows } = await measured({ ...params, epsilons: [8], batch: 6 });
    const theirs = golden.f32(`${prefix}V`);
    expect(maxDifference(array('V-8'), theirs)).toBeLessThan(tolerance);
    expect(maxDifference(array('loss'), golden.f32('loss'))).toBeLessThan(1e-4);
    const facts = goldenJson('resnet14-eval.json') as Record<'V_mean' | 'V_std_population', number> & {
      osc: typeof facts;
    };
    const { V_mean, V_std_population } = prefix === '' ? facts : facts.osc;
    expect(rows[0]).toMatchObject({ epsilon: 8, examplesOf: 'all', examples: 16 });
    expect(rows[0]!.mean).toBeCloseTo(V_mean, 2);
    expect(rows[0]!.std).toBeCloseTo(V_std_population, 2);
    // 5 of 16 are right.
    expect(rows.map(({ examples }) => examples)).toEqual([16, 5, 11]);
  });

  it('grows with the radius and is never negative, also from random starts; other seeds start elsewhere', async () => {
    const params = { epsilons: [0.5, 16], steps: 2, randomStart: true };
    const [one, two] = [await measured(params), await measured(params, 2)];
    expect(Math.min(...one.array('V-0.5'))).toBeGreaterThanOrEqual(0);
    for (const [i, small] of one.array('V-0.5').entries())
      expect(one.array('V-16')[i]!).toBeGreaterThan(small);
    expect(one.array('V-16')).not.toEqual(two.array('V-16'));
    expect((await measured(params)).array('V-16')).toEqual(one.array('V-16'));
    expect(one.progress.at(-1)).toEqual([32, 32]);
  });

  it('leaves no tensor behind', async () => {
    const params = { epsilons: [8], steps: 1 };
    await measured(params);
    const before = tf.memory().numTensors;
    await measured(params);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('refuses a strength given twice', async () => {
    await expect(measured({ epsilons: [4, 4] })).rejects.toThrow('a strength is there twice');
  });
});
