import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import evaluate from '../../stages/evaluate.ts';
import importModel from '../../stages/import-model.ts';
import svdPerLayer from '../../stages/svd-per-layer.ts';
import { readCifar } from '../../stages/data/cifar.ts';
import { takePictures, type PictureSet } from '../../stages/data/picture-set.ts';
import { writePictures } from '../../stages/data/stored-set.ts';
import { readSafetensors, stored, tensorOf, writeSafetensors } from '../../stages/lib/safetensors.ts';
import type { StoredTensor } from '../../stages/lib/safetensors.ts';
import { readWeights } from '../../stages/nets/weights-file.ts';
import { runStage, type Ran } from './context.ts';
import { describeGolden, goldenArrays, maxDifference, sharedPath } from './golden.ts';

const archive = sharedPath('data/cifar-10-pictures/cifar-10-binary.tar.gz');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'import-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const small = {
  net: { kind: 'fixup-resnet', depth: 8, width: 2 },
  height: 8,
  width: 8,
  channels: 1,
  classes: 3,
  normalise: null,
};
const numbers = (shape: readonly number[]): StoredTensor =>
  stored(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => (i % 7) - 3),
    shape,
  );
/** All tensors of the small net, in PyTorch's layout. */
const whole = (): Map<string, StoredTensor> =>
  new Map([
    ['stem.weight', numbers([2, 1, 3, 3])],
    ...[1, 2, 3].flatMap((g): [string, StoredTensor][] => [
      [`group${g}.block0.conv1.weight`, numbers([2 ** g, Math.max(2, 2 ** (g - 1)), 3, 3])],
      [`group${g}.block0.conv2.weight`, numbers([2 ** g, 2 ** g, 3, 3])],
    ]),
    ['fc.weight', numbers([3, 8])],
    ['fc.bias', numbers([3])],
  ]);

let written = 0;
function store(tensors: Iterable<readonly [string, StoredTensor]>): string {
  const path = join(folder, `model-${written++}.safetensors`);
  writeSafetensors(path, tensors);
  return path;
}
const take = (model: string, params: object = {}): Promise<Ran> =>
  runStage(importModel, folder, { params: { ...small, ...params }, needs: { model } });
const tensorsIn = (ran: Ran) => readSafetensors(ran.out('weights.safetensors')).tensors;

describe('import-model', () => {
  it('writes the tensors as train would, bit for bit, whatever their order in the file', async () => {
    const given = whole();
    const ran = await take(store([...given].reverse()));
    expect([...tensorsIn(ran)]).toEqual([...given]);
    expect(readWeights(ran.out('weights.safetensors')).architecture).toEqual({
      ...small,
      net: { ...small.net, scalars: 'none', shortcut: 'A', stem: 'uniform' },
    });
  });

  it('takes normalisation from the file or from its parameters', async () => {
    const constants = [
      ['normalise.mean', stored(Float32Array.of(0.5))],
      ['normalise.std', stored(Float32Array.of(0.25))],
    ] as const;
    const path = store([...whole(), ...constants]);
    const told = await take(store(whole()), { normalise: { mean: [0.5], std: [0.25] } });
    const found = await take(path, { normalise: 'file' });
    for (const ran of [told, found]) {
      const { architecture } = readWeights(ran.out('weights.safetensors'));
      expect(architecture.normalise).toEqual({ mean: [0.5], std: [0.25] });
    }
    await expect(take(path)).rejects.toThrow("not of this net: 'normalise.mean', 'normalise.std'");
    await expect(take(store(whole()), { normalise: 'file' })).rejects.toThrow("has no 'normalise.mean'");
    await expect(take(store(whole()), { normalise: { mean: [0, 0], std: [1, 1] } })).rejects.toThrow(
      'normalise: mean has 2 numbers, but pictures have 1 channels',
    );
  });

  it('renames by the longest prefix that fits, and refuses two tensors of one name', async () => {
    const named = [...whole()].map(
      ([name, tensor]) => [name.replace(/^/, 'module.').replace('.stem', '.conv1'), tensor] as const,
    );
    const rename = { 'module.': '', 'module.conv1.': 'stem.' };
    expect([...tensorsIn(await take(store(named), { rename }))]).toEqual([...whole()]);
    const twice = store([...whole(), ['module.fc.bias', numbers([3])]]);
    await expect(take(twice, { rename })).rejects.toThrow(/two tensors of .* would be called 'fc.bias'/);
  });

  it("takes Fixup's scalars as vectors of one", async () => {
    const scalars = ['bias1', 'bias2'].concat(
      [1, 2, 3].flatMap((g) =>
        ['bias1a', 'bias1b', 'bias2a', 'bias2b', 'scale'].map((name) => `group${g}.block0.${name}`),
      ),
    );
    const path = store([...whole(), ...scalars.map((name) => [name, numbers([1])] as const)]);
    const ran = await take(path, { net: { ...small.net, scalars: 'all' } });
    expect(tensorsIn(ran).get('bias1')?.shape).toEqual([]);
  });

  it('names every tensor that does not fit', async () => {
    const tensors = whole();
    tensors.delete('group2.block0.conv1.weight');
    tensors.set('linear.bias', numbers([3]));
    tensors.set('fc.bias', numbers([4]));
    tensors.set('stem.weight', stored(new Float64Array(18), [2, 1, 3, 3]));
    tensors.set('fc.weight', stored(new Float32Array(24).fill(NaN), [3, 8]));
    const path = store(tensors);
    const message = await take(path).then(String, (error: unknown) => (error as Error).message);
    expect(message.split('\n')).toEqual([
      `${path} does not fit the net:`,
      "  missing: 'group2.block0.conv1.weight'",
      "  not of this net: 'linear.bias'",
      "  'stem.weight' is of dtype F64, not F32",
      "  value 0 of 'fc.weight' is NaN",
      "  'fc.bias' has shape [4], not [3]",
      'check net, height, width, channels and classes; rename gives other names to the tensors of the file',
    ]);
  });

  it('refuses a truncated file', async () => {
    const path = store(whole());
    writeFileSync(path, readFileSync(path).subarray(0, -4));
    await expect(take(path)).rejects.toThrow(
      `${path} is not a valid safetensors file: 'fc.bias' ends beyond`,
    );
  });

  it("leaves out PyTorch's counts of batches, which are integers of 64 bits", async () => {
    const path = join(folder, 'counts.safetensors');
    const header = { 'stem.bn.num_batches_tracked': { dtype: 'I64', shape: [], data_offsets: [0, 8] } };
    const text = Buffer.from(JSON.stringify(header));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(text.length));
    writeFileSync(path, Buffer.concat([length, text, Buffer.alloc(8)]));
    await expect(take(path)).rejects.toThrow(/does not fit the net:\n {2}missing: .* and 1 more\ncheck/);
  });
});

describeGolden('a model that PyTorch has trained', () => {
  const cifar = { net: { kind: 'fixup-resnet', depth: 14 }, height: 32, width: 32, channels: 3, classes: 10 };

  const taken = (file: string, normalise: null | 'file') =>
    runStage(importModel, folder, {
      params: { ...cifar, normalise },
      needs: { model: sharedPath(`golden/${file}`) },
    });
  const logitsOf = async (ran: Ran, set: PictureSet): Promise<Float32Array> => {
    const path = join(folder, `pictures-${written++}.safetensors`);
    const classNames = Array.from({ length: 10 }, (_, i) => `class ${i}`);
    writePictures(path, set, { name: 'CIFAR-10', classNames, mean: [0, 0, 0], std: [1, 1, 1] });
    const needs = { weights: ran.out('weights.safetensors'), train: path, test: path };
    const scores = (await runStage(evaluate, folder, { needs })).out('test.safetensors');
    return tensorOf(readSafetensors(scores), 'logits', 'F32', scores).data;
  };

  it('gives its logits through evaluate, and has singular values', async () => {
    const ran = await taken('resnet14.safetensors', null);
    const golden = goldenArrays('resnet14-eval.safetensors');
    // The floats came from bytes.
    const images = Uint8Array.from(golden.f32('x'), (value) => Math.round(value * 255));
    const [labels, index] = [golden.i32('y'), golden.i32('index')];
    const set = { images, labels, index, count: 16, height: 32, width: 32, channels: 3 };
    expect(maxDifference(await logitsOf(ran, set), golden.f32('logits'))).toBeLessThan(1e-4);
    const needs = { weights: ran.out('weights.safetensors') };
    const spectra = await runStage(svdPerLayer, folder, { params: { forms: ['reshaped'] }, needs });
    expect(readFileSync(spectra.out('spectra.csv'), 'utf8').trim().split('\n')).toHaveLength(14);
  });

  it.skipIf(!existsSync(archive))('gives its logits with the normalisation that its file holds', async () => {
    const golden = goldenArrays('resnet-trained-eval.safetensors');
    const { test } = await readCifar(archive, 'cifar-10');
    const set = takePictures(test, [...golden.i32('index')]);
    const logits = await logitsOf(await taken('resnet-trained.safetensors', 'file'), set);
    expect(logits).toHaveLength(5000);
    expect(maxDifference(logits, golden.f32('logits'))).toBeLessThan(1e-3);
  });
});
