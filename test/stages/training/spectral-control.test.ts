import { describe, expect, it } from 'vitest';
import { architectureSchema } from '../../../stages/nets/architecture.ts';
import { buildNet } from '../../../stages/nets/build.ts';
import { initialise, type WeightValues } from '../../../stages/nets/initialise.ts';
import { RandomStream } from '../../../stages/lib/random.ts';
import { kernelOf } from '../../../stages/spectrum/kernel.ts';
import { linearLayers } from '../../../stages/spectrum/net-layers.ts';
import { operatorSingularValues } from '../../../stages/spectrum/operator.ts';
import {
  complexityOf,
  controlLayers,
  refuseUncontrollable,
  type SpectralControl,
} from '../../../stages/training/spectral-control.ts';

const netOf = (net: object, size = 12, width = size) =>
  buildNet(architectureSchema.parse({ net, height: size, width, channels: 3, classes: 4, normalise: null }));
const net = netOf({ kind: 'fixup-resnet', depth: 8, width: 4, shortcut: 'B', scalars: 'all' });

/** Values of which every layer's norm is some whole number of times its first draw's. */
function weightsOf(scale: number): WeightValues {
  return new Map(
    net.parameters.map(({ name, shape }, i) => {
      const stream = new RandomStream(i, 'initialisation');
      const count = shape.reduce((a, b) => a * b, 1);
      return [name, Float32Array.from({ length: count }, () => scale * stream.normal())];
    }),
  );
}

const noPause = (): Promise<void> => Promise.resolve();
const norms = (weights: WeightValues): number[] =>
  linearLayers(net).map(
    ({ name, shape, n }) => operatorSingularValues(kernelOf(shape, weights.get(name)!), { n })[0]!,
  );
const control = async (weights: WeightValues, level: number, mode: SpectralControl['mode'] = 'clip') => {
  const { changed, ...report } = await controlLayers(net, weights, { level, mode }, noPause);
  return { ...report, changed, after: norms(new Map([...weights, ...changed])) };
};

describe('the layers under control', () => {
  it('are all convolutions, shortcuts too, and the fully connected one; no scalars, no biases', () => {
    expect(linearLayers(net).map(({ name, n }) => `${name.replace('.weight', '')} ${n}`)).toEqual([
      'stem 12',
      'group1.block0.conv1 12',
      'group1.block0.conv2 12',
      'group2.block0.conv1 12',
      'group2.block0.conv2 6',
      'group2.block0.shortcut 12',
      'group3.block0.conv1 6',
      'group3.block0.conv2 3',
      'group3.block0.shortcut 6',
      'fc 1',
    ]);
  });

  it('are 56 in ResNet-56, and leave out batch norm in the wide ResNet', () => {
    expect(linearLayers(netOf({ kind: 'fixup-resnet', depth: 56 }, 32))).toHaveLength(56);
    const names = linearLayers(netOf({ kind: 'wrn-bottleneck' }, 64)).map(({ name }) => name);
    expect(names).toHaveLength(54);
    expect(names.filter((name) => name.includes('bn'))).toEqual([]);
  });

  it('must have square maps, and for clip kernels that fit on them', () => {
    const small = netOf({ kind: 'fixup-resnet', depth: 8 }, 8);
    expect(() => {
      refuseUncontrollable(small, { level: 1, mode: 'clip' });
    }).toThrow("cannot clip 'group3.block0.conv2.weight': its 3 x 3 kernel is larger than its 2 x 2 map");
    refuseUncontrollable(small, { level: 1, mode: 'scale-down' });
    refuseUncontrollable(net, { level: 1, mode: 'clip' });
    expect(() => {
      refuseUncontrollable(netOf({ kind: 'fixup-resnet', depth: 8 }, 12, 16), { level: 1, mode: 'scale-to' });
    }).toThrow('needs square pictures');
  });
});

describe('control of spectral norms', () => {
  const weights = weightsOf(0.2);
  const before = norms(weights);
  const sorted = before.toSorted((a, b) => a - b);
  const level = (sorted[4]! + sorted[5]!) / 2;

  it('by scale-down brings every layer above the level to it, and leaves the others alone', async () => {
    const { after, changed, layersClipped } = await control(weights, level, 'scale-down');
    after.forEach((norm, i) => {
      expect(norm).toBeCloseTo(Math.min(before[i]!, level), 5);
    });
    expect(layersClipped).toBe(5);
    expect(changed.size).toBe(5);
  });

  it('by scale-to brings every layer to the level', async () => {
    const { after, layersClipped } = await control(weights, level, 'scale-to');
    for (const norm of after) expect(norm).toBeCloseTo(level, 5);
    expect(layersClipped).toBe(10);
  });

  it('by clip is exact for layers of one tap, lowers the others, and repeated comes near the level', async () => {
    const { after, layersClipped } = await control(weights, level);
    expect(layersClipped).toBe(5);
    linearLayers(net).forEach(({ shape: [taps] }, i) => {
      if (before[i]! <= level) expect(after[i]).toBe(before[i]);
      else if (taps === 1) expect(after[i]).toBeCloseTo(level, 5);
      else expect(after[i]).toBeLessThan(before[i]!);
    });
    let values = weights;
    for (let i = 0; i < 12; i++) values = new Map([...values, ...(await control(values, level)).changed]);
    for (const norm of norms(values)) expect(norm).toBeLessThan(1.05 * level);
  });

  it('at a level above all norms changes nothing, in no mode but scale-to', async () => {
    for (const mode of ['clip', 'scale-down'] as const) {
      const { changed, layersClipped } = await control(weights, sorted.at(-1)! * 1.001, mode);
      expect([changed.size, layersClipped]).toEqual([0, 0]);
    }
  });

  it('tells the logarithm of the product of all norms afterwards', async () => {
    for (const mode of ['clip', 'scale-down', 'scale-to'] as const) {
      const { after, logSpectralComplexity } = await control(weights, level, mode);
      const wanted = after.reduce((sum, norm) => sum + Math.log(norm), 0);
      expect(logSpectralComplexity).toBeCloseTo(wanted, 12);
    }
    const measured = await complexityOf(net, weights, noPause);
    expect(measured).toBeCloseTo(Math.log(before.reduce((product, norm) => product * norm, 1)), 12);
  });

  it('has no logarithm to tell where a layer is 0, as all second convolutions are at the start', async () => {
    const start = initialise(net, 1);
    expect(await complexityOf(net, start, noPause)).toBeNull();
    const { logSpectralComplexity } = await control(start, 3, 'scale-to');
    expect(logSpectralComplexity).toBeNull();
  });

  it('ends between layers where the pause says so', async () => {
    const stop = () => Promise.reject(new Error('stopped'));
    await expect(controlLayers(net, weights, { level, mode: 'clip' }, stop)).rejects.toThrow('stopped');
  });
});
