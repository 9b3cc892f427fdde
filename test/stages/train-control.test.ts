/** Training whose spectral norms are held to a level at the end of every epoch. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import train from '../../stages/train.ts';
import { writePictures } from '../../stages/data/stored-set.ts';
import { readWeights } from '../../stages/nets/weights-file.ts';
import { kernelOf } from '../../stages/spectrum/kernel.ts';
import { linearLayers } from '../../stages/spectrum/net-layers.ts';
import { spectralNorm } from '../../stages/spectrum/operator.ts';
import { runStage, type Ran, type StageRun } from './context.ts';
import { stripeFacts, stripes } from './stripes.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'control-'));
  writePictures(join(folder, 'train.safetensors'), stripes(12, 12), stripeFacts);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const learn = (spectralControl: unknown, run: StageRun = {}): Promise<Ran> =>
  runStage(train, folder, {
    ...run,
    params: {
      net: { kind: 'fixup-resnet', depth: 8, width: 4, stem: 'he' },
      attack: { kind: 'fgsm', epsilon: 4 },
      epochs: 3,
      batch: 4,
      schedule: { kind: 'constant' },
      augment: null,
      untrained: 'accept',
      spectralControl,
    },
    needs: { train: join(folder, 'train.safetensors') },
  });

const bytesOf = (ran: Ran): Buffer => readFileSync(ran.out('weights.safetensors'));
const metricsOf = (ran: Ran): Record<string, number> =>
  JSON.parse(readFileSync(ran.out('metrics.json'), 'utf8')) as Record<string, number>;
function normsOf(ran: Ran): number[] {
  const { net, weights } = readWeights(ran.out('weights.safetensors'));
  return linearLayers(net).map(({ name, shape, n }) => spectralNorm(kernelOf(shape, weights.get(name)!), n));
}
function historyOf(ran: Ran): Record<string, string>[] {
  const [header, ...rows] = readFileSync(ran.out('history.csv'), 'utf8').trim().split('\n');
  const names = header!.split(',');
  return rows.map((row) => Object.fromEntries(row.split(',').map((value, i) => [names[i]!, value])));
}

it('ends every epoch with no layer above the level, and says how many it lowered', async () => {
  const level = 0.5;
  const ran = await learn({ level, mode: 'scale-down' });
  for (const norm of normsOf(ran)) expect(norm).toBeLessThanOrEqual(level * (1 + 1e-6));
  const history = historyOf(ran);
  const clipped = history.map(({ layersClipped }) => Number(layersClipped));
  expect(Math.min(...clipped)).toBeGreaterThan(0);
  for (const { logSpectralComplexity } of history)
    expect(Number(logSpectralComplexity)).toBeLessThanOrEqual(8 * Math.log(level) + 1e-5);
  const metrics = metricsOf(ran);
  expect(metrics['layersClipped']).toBe(clipped.reduce((a, b) => a + b));
  expect(metrics['logSpectralComplexity']).toBe(Number(history.at(-1)!['logSpectralComplexity']));
  const sum = normsOf(ran).reduce((total, norm) => total + Math.log(norm), 0);
  expect(metrics['logSpectralComplexity']).toBeCloseTo(sum, 10);
});

it('by clip ends with lower norms than without, the fully connected layer at the level', async () => {
  const [free, held] = [normsOf(await learn(null)), normsOf(await learn({ level: 0.1 }))];
  expect(held.at(-1)).toBeCloseTo(0.1, 6);
  expect(Math.max(...held)).toBeLessThan(Math.max(...free));
});

it('measures what it saves: the probe comes after the control', async () => {
  // With all layers at a norm near 0 only the bias is left, and every picture is answered alike.
  const [last] = historyOf(await learn({ level: 1e-6, mode: 'scale-to' })).slice(-1);
  expect(Number(last!['cleanLoss'])).toBeCloseTo(Math.LN2, 3);
});

it.each(['clip', 'scale-down'])('at a level never reached, %s gives the bits of no control', async (mode) => {
  const free = await learn(null);
  const held = await learn({ level: 1000, mode });
  expect(bytesOf(held).equals(bytesOf(free))).toBe(true);
  expect(metricsOf(held)).toEqual(metricsOf(free));
  expect(metricsOf(free)['layersClipped']).toBe(0);
  expect(held.log).toContain('no layer was ever above 1000: this run equals an uncontrolled one');
});

it('stopped after an epoch and resumed, ends bit for bit as if it had not been', async () => {
  const held = { level: 0.3 };
  const whole = await learn(held);
  const checkpoints = mkdtempSync(join(folder, 'checkpoints-'));
  const stop = new AbortController();
  const stopped = learn(held, {
    checkpoints,
    signal: stop.signal,
    onCheckpoint: () => {
      stop.abort(new Error('stopped'));
    },
  });
  await expect(stopped).rejects.toThrow('stopped');
  const resumed = await learn(held, { checkpoints });
  for (const name of ['weights.safetensors', 'history.csv', 'metrics.json'])
    expect(readFileSync(resumed.out(name)).equals(readFileSync(whole.out(name)))).toBe(true);
});

it('refuses, before it trains, a net that it could not clip', async () => {
  const path = join(folder, 'small.safetensors');
  writePictures(path, stripes(12, 8), stripeFacts);
  const params = {
    net: { kind: 'fixup-resnet', depth: 8 },
    attack: { kind: 'none' },
    batch: 4,
    spectralControl: { level: 1 },
  };
  await expect(runStage(train, folder, { params, needs: { train: path } })).rejects.toThrow(
    "spectralControl cannot clip 'group3.block0.conv2.weight'",
  );
});
