/** Largest and smallest singular values of every layer: what spectral complexity and the bound are products of. */
import type { WeightValues } from '../nets/initialise.ts';
import type { Architecture } from '../nets/architecture.ts';
import type { Net } from '../nets/net.ts';
import { kernelOf, type Kernel } from '../spectrum/kernel.ts';
import { linearLayers } from '../spectrum/net-layers.ts';
import { operatorSingularValues } from '../spectrum/operator.ts';

/** One line of layers.csv. */
export interface LayerValues {
  /** Position among convolutions and fully connected layers, from 1. */
  readonly layer: number;
  readonly name: string;
  /** Height and width of the input map; 1 for a fully connected layer. */
  readonly n: number;
  readonly stride: number;
  readonly inputs: number;
  readonly outputs: number;
  /** Largest singular value with the stride ignored, as norms are controlled in training. */
  readonly norm: number;
  /** Largest and smallest of the map with its stride; the smallest of the min(inputs, outputs) values per frequency. */
  readonly largest: number;
  readonly smallest: number;
}
export const layerValueColumns = [
  'layer',
  'name',
  'n',
  'stride',
  'inputs',
  'outputs',
  'norm',
  'largest',
  'smallest',
] as const satisfies readonly (keyof LayerValues)[];

/** @throws where a layer's values are not finite; `onLayer` is waited for after each layer, some take a second. */
export async function layerValues(
  net: Net,
  weights: WeightValues,
  onLayer: (done: number, total: number) => Promise<void>,
): Promise<LayerValues[]> {
  const layers = linearLayers(net);
  const strides = new Map(net.convolutions.map(({ name, stride }) => [name, stride]));
  const found: LayerValues[] = [];
  for (const [i, { name, shape, n }] of layers.entries()) {
    const stride = strides.get(name) ?? 1;
    found.push({
      layer: i + 1,
      name,
      n,
      stride,
      inputs: shape[2],
      outputs: shape[3],
      ...extremes(kernelOf(shape, weights.get(name)!), n, stride),
    });
    await onLayer(i + 1, layers.length);
  }
  return found;
}

function extremes(
  kernel: Kernel,
  n: number,
  stride: number,
): Pick<LayerValues, 'norm' | 'largest' | 'smallest'> {
  const values = operatorSingularValues(kernel, { n, stride });
  const norm = stride === 1 ? values[0]! : operatorSingularValues(kernel, { n })[0]!;
  return { norm, largest: values[0]!, smallest: values.at(-1)! };
}

/**
 * The weights with the input's normalisation folded into the first layer: (x - mean) / std only shifts x and scales its channels, so
 * the first linear map on pictures in [0, 1] has its columns divided by std.
 */
export function withNormalisation(
  net: Net,
  { height, width, channels, normalise }: Architecture,
  weights: WeightValues,
): WeightValues {
  if (normalise === null) return weights;
  const { name, shape, n } = linearLayers(net)[0]!;
  const [, , inputs, outputs] = shape;
  // A fully connected first layer sees all pixels of a channel, then those of the next.
  const perChannel = n === 1 && inputs === height * width * channels ? height * width : 1;
  const scaled = weights
    .get(name)!
    .map((value, i) => value / normalise.std[Math.floor((Math.floor(i / outputs) % inputs) / perChannel)]!);
  return new Map([...weights, [name, scaled]]);
}

/** Sum of natural logarithms: products of a hundred norms overflow. -Infinity where one is 0. */
export const logProduct = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + Math.log(value), 0);

/** Least Euclidean distance between two rows of the last matrix, given as [features, classes] row-major. */
export function leastRowDistance(data: ArrayLike<number>, features: number, classes: number): number {
  let least = Infinity;
  for (let a = 0; a < classes; a++) {
    for (let b = a + 1; b < classes; b++) {
      let square = 0;
      for (let f = 0; f < features; f++) square += (data[f * classes + a]! - data[f * classes + b]!) ** 2;
      least = Math.min(least, Math.sqrt(square));
    }
  }
  return least;
}
