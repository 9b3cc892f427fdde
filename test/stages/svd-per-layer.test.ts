import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCsv } from '../../stages/lib/csv.ts';
import { readSafetensors } from '../../stages/lib/safetensors.ts';
import type { Architecture } from '../../stages/nets/architecture.ts';
import { buildNet } from '../../stages/nets/build.ts';
import { initialise } from '../../stages/nets/initialise.ts';
import { writeWeights } from '../../stages/nets/weights-file.ts';
import { layerRow } from '../../stages/spectrum/layers-table.ts';
import svdPerLayer from '../../stages/svd-per-layer.ts';
import { runStage, temporaryFolder } from './figure-rig.ts';

const architecture: Architecture = {
  net: { kind: 'fixup-resnet', depth: 8, width: 4, shortcut: 'A', scalars: 'none', stem: 'uniform' },
  height: 12,
  width: 12,
  channels: 1,
  classes: 10,
  normalise: null,
};

/** A net of smooth made-up weights; `change` edits them before they are written. */
function weightsFile(change: (weights: Map<string, Float32Array>) => void = () => undefined): string {
  const weights = new Map(
    buildNet(architecture).parameters.map(({ name, shape }, p) => {
      const count = shape.reduce((a, b) => a * b, 1);
      return [name, Float32Array.from({ length: count }, (_, i) => Math.sin(1 + p + i * i) / 4)] as const;
    }),
  );
  change(weights);
  const path = join(temporaryFolder(), 'weights.safetensors');
  writeWeights(path, architecture, weights);
  return path;
}

describe('singular values per layer', () => {
  it('lists every convolution with its map, in every form', async () => {
    const { path, progress } = await runStage(svdPerLayer, { weights: weightsFile() });
    const rows = readCsv(path('spectra.csv'), layerRow);
    const operator = rows.filter(({ form }) => form === 'operator');
    expect(operator.map(({ name, n, stride, count }) => [name, n, stride, count])).toEqual([
      ['stem.weight', 12, 1, 144],
      ['group1.block0.conv1.weight', 12, 1, 576],
      ['group1.block0.conv2.weight', 12, 1, 576],
      ['group2.block0.conv1.weight', 12, 2, 288],
      ['group2.block0.conv2.weight', 6, 1, 288],
      ['group3.block0.conv1.weight', 6, 2, 144],
      ['group3.block0.conv2.weight', 3, 1, 144],
    ]);
    expect(rows).toHaveLength(21);
    expect(progress.at(-1)).toEqual([7, 7]);
  });

  it('keeps all values, from which the statistics follow', async () => {
    const { path, text } = await runStage(svdPerLayer, { weights: weightsFile() });
    const { tensors } = readSafetensors(path('values.safetensors'));
    const rows = readCsv(path('spectra.csv'), layerRow);
    for (const { form, name, max, min, count, frobenius } of rows) {
      const values = tensors.get(`${form}/${name}`)!.data;
      expect([values[0], values.at(-1), values.length]).toEqual([max, min, count]);
      expect(Math.sqrt([...values].reduce((sum, v) => sum + v * v, 0))).toBeCloseTo(frobenius, 10);
    }
    const summary = JSON.parse(text('spectra.json')) as Record<string, { std: Record<string, number> }>;
    expect(summary['reshaped']!.std['stem.weight']).toBe(
      rows.find(({ form, name }) => form === 'reshaped' && name === 'stem.weight')!.std,
    );
  });

  it('differs between strided and unstrided operators only where the stride is not 1', async () => {
    const { path } = await runStage(svdPerLayer, { weights: weightsFile() });
    const rows = readCsv(path('spectra.csv'), layerRow);
    const strided = rows.filter(({ form }) => form === 'operator');
    const plain = rows.filter(({ form }) => form === 'operator-unit-stride');
    strided.forEach((row, i) => {
      if (row.stride === 1) expect(plain[i]).toMatchObject({ max: row.max, std: row.std });
      else expect(plain[i]!.max).toBeGreaterThan(row.max);
    });
  });

  it('computes only the forms it is asked for', async () => {
    const { path } = await runStage(svdPerLayer, { weights: weightsFile() }, { forms: ['reshaped'] });
    expect(readCsv(path('spectra.csv'), layerRow)).toHaveLength(7);
  });

  it('names a layer whose weights are not numbers', async () => {
    const weights = weightsFile((all) => {
      all.get('group2.block0.conv1.weight')![5] = NaN;
    });
    await expect(runStage(svdPerLayer, { weights })).rejects.toThrow("'group2.block0.conv1.weight'");
  });

  it('says what a net without convolutions should be given to', async () => {
    const plain: Architecture = { ...architecture, net: { kind: 'plain', hidden: [4] } };
    const path = join(temporaryFolder(), 'weights.safetensors');
    writeWeights(path, plain, initialise(buildNet(plain), 1));
    await expect(runStage(svdPerLayer, { weights: path })).rejects.toThrow(
      /has no convolutions.*the theory stage gives/,
    );
  });

  it('stops between layers when the run is stopped', async () => {
    await expect(runStage(svdPerLayer, { weights: weightsFile() }, {}, AbortSignal.abort())).rejects.toThrow(
      'abort',
    );
  });
});
