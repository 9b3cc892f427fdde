import { describe, expect, it } from 'vitest';
import { architectureSchema } from '../../../stages/nets/architecture.ts';
import { buildNet } from '../../../stages/nets/build.ts';
import { initialise } from '../../../stages/nets/initialise.ts';
import {
  layerValues,
  leastRowDistance,
  logProduct,
  withNormalisation,
} from '../../../stages/theory/layer-values.ts';
import { describeGolden, goldenJson } from '../golden.ts';

interface GoldenNet {
  /** [out, in] each. */
  weights: number[][][];
  sigma_min: number[];
  sigma_max: number[];
  min_row_distance: number;
  v_min: number;
  u_min: number;
  log_spectral_complexity: number;
}
const nothing = () => Promise.resolve();
const plain = (
  height: number,
  channels: number,
  hidden: number[],
  classes: number,
  normalise: object | null = null,
) =>
  architectureSchema.parse({
    net: { kind: 'plain', hidden },
    height,
    width: 1,
    channels,
    classes,
    normalise,
  });
/** [out, in] to [in, out], row-major. */
const transposed = (rows: number[][]) =>
  Float32Array.from(rows[0]!.flatMap((_, i) => rows.map((row) => row[i]!)));

describeGolden('ingredients of the bound against the reference values', () => {
  const { u_min_of_networks: nets } = goldenJson('theory.json') as { u_min_of_networks: GoldenNet[] };
  it.each(nets)('net %#', async (golden) => {
    const sizes = golden.weights.map((rows) => rows.length);
    const net = buildNet(plain(golden.weights[0]![0]!.length, 1, sizes.slice(0, -1), sizes.at(-1)!));
    const weights = new Map(net.parameters.map(({ name }, i) => [name, transposed(golden.weights[i]!)]));
    const layers = await layerValues(net, weights, nothing);
    for (const [i, { norm, largest, smallest }] of layers.entries()) {
      // Weights are float32 here.
      expect(smallest).toBeCloseTo(golden.sigma_min[i]!, 6);
      expect(largest).toBeCloseTo(golden.sigma_max[i]!, 6);
      expect(norm).toBe(largest);
    }
    expect(logProduct(layers.map(({ norm }) => norm))).toBeCloseTo(golden.log_spectral_complexity, 5);
    const rows = leastRowDistance(weights.get('fc.weight')!, sizes.at(-2)!, sizes.at(-1)!);
    expect(rows).toBeCloseTo(golden.min_row_distance, 6);
    const logUMin =
      Math.log(rows) +
      logProduct(layers.slice(0, -1).map(({ smallest }) => smallest)) +
      Math.log(golden.v_min);
    expect(Math.exp(logUMin) / golden.u_min).toBeCloseTo(1, 3);
  });
});

describe('the normalisation folded into the first layer', () => {
  const normalise = { mean: [0.5, 0.5], std: [0.5, 0.25] };

  it('scales its inputs channel by channel: those of a fully connected layer', () => {
    const architecture = plain(3, 2, [], 2, normalise);
    const net = buildNet(architecture);
    const weights = new Map([['fc.weight', new Float32Array(12).fill(1)]]);
    const folded = withNormalisation(net, architecture, weights).get('fc.weight')!;
    // Three pixels of two outputs a channel.
    expect([...folded]).toEqual([2, 2, 2, 2, 2, 2, 4, 4, 4, 4, 4, 4]);
    expect(weights.get('fc.weight')![0]).toBe(1);
  });

  it('and those of a convolution', () => {
    const architecture = architectureSchema.parse({
      net: { kind: 'fixup-resnet', depth: 8, width: 3 },
      height: 8,
      width: 8,
      channels: 2,
      classes: 2,
      normalise,
    });
    const net = buildNet(architecture);
    const weights = initialise(net, 1);
    const own = weights.get('stem.weight')!;
    const folded = withNormalisation(net, architecture, weights).get('stem.weight')!;
    // [3, 3, 2, 3]: three outputs of channel 0, three of channel 1, and so on.
    for (const [i, value] of own.entries()) expect(folded[i]!).toBe(value * (i % 6 < 3 ? 2 : 4));
    expect(withNormalisation(net, { ...architecture, normalise: null }, weights)).toBe(weights);
  });
});

it('strided layers have two norms, and the exact smallest value', async () => {
  const net = buildNet(
    architectureSchema.parse({
      net: { kind: 'fixup-resnet', depth: 8, width: 2 },
      height: 8,
      width: 8,
      channels: 1,
      classes: 2,
      normalise: null,
    }),
  );
  const weights = new Map(
    [...initialise(net, 1)].map(([name, data]) => [name, data.map((value, i) => value + Math.sin(i) / 9)]),
  );
  const layers = await layerValues(net, weights, nothing);
  const strided = layers.filter(({ stride }) => stride === 2);
  expect(strided).toHaveLength(2);
  for (const { norm, largest } of strided) expect(norm).toBeGreaterThan(largest);
  expect(layers.at(-1)).toMatchObject({ name: 'fc.weight', n: 1, stride: 1, inputs: 8, outputs: 2 });
});
