/**
 * Wide ResNet of bottleneck units with batch norm (Zagoruyko and Komodakis 2016), for 64x64 pictures: the paper's
 * WRN-50-2 for Tiny-ImageNet has a 3x3 stem of stride 1 and no max pool. A unit is
 *
 *     r = relu(bn1(conv1x1(h))) ; r = relu(bn2(conv3x3(r, stride))) ; h = relu(bn3(conv1x1(r)) + shortcut)
 *
 * with a projection (1x1 convolution and batch norm) as the first shortcut of each group. Names: `stem.conv.weight`, `stem.bn.*`,
 * `group{g}.block{i}.conv{1,2,3}.weight`, `….bn{1,2,3}.*`, `….proj.conv.weight`, `….proj.bn.*`, `fc.*`.
 */
import type { Tensor1D, Tensor2D, Tensor4D, Core } from 'ar-pipe/tf';
import type { Architecture, NetParams } from './architecture.ts';
import { batchNorm, batchNormParameters, foldedBatchNorm } from './batch-norm.ts';
import { convolve, globalAverage, linear, normalise } from './layers.ts';
import type { Convolution, Forward, Mode, Net, Parameter, Weights } from './net.ts';

type WideBottleneck = Architecture & { readonly net: Extract<NetParams, { kind: 'wrn-bottleneck' }> };

/** A convolution followed by the batch norm of this name. */
interface Normed {
  readonly convolution: Convolution;
  readonly bn: string;
}
interface Unit {
  readonly layers: readonly [Normed, Normed, Normed];
  readonly projection: Normed | null;
}
interface Plan {
  readonly stem: Normed;
  readonly units: readonly Unit[];
  readonly features: number;
}

export function wideBottleneck(architecture: WideBottleneck): Net {
  const plan = planOf(architecture);
  const layers = [
    plan.stem,
    ...plan.units.flatMap((unit) => [...unit.layers, ...(unit.projection === null ? [] : [unit.projection])]),
  ];
  return {
    parameters: [...layers.flatMap(parametersOf), ...classifier(plan.features, architecture.classes)],
    convolutions: layers.map(({ convolution }) => convolution),
    forward: (tf, weights, pictures, mode) => forward(tf, architecture, plan, weights, pictures, mode),
  };
}

function planOf({ net, height, width, channels }: WideBottleneck): Plan {
  const layer = (
    [name, bn]: readonly [string, string],
    size: number,
    stride: number,
    channelsIn: number,
    channelsOut: number,
  ): Normed => ({
    convolution: {
      name: `${name}.weight`,
      inputHeight: height,
      inputWidth: width,
      stride,
      kernel: [size, size, channelsIn, channelsOut],
    },
    bn,
  });

  const stem = layer(['stem.conv', 'stem.bn'], 3, 1, channels, net.base);
  const units: Unit[] = [];
  let entering = net.base;
  for (const [g, count] of net.units.entries()) {
    const base = net.base * 2 ** g;
    const inner = Math.round(base * net.widen);
    for (let i = 0; i < count; i++) {
      const stride = g > 0 && i === 0 ? 2 : 1;
      const name = `group${g + 1}.block${i}`;
      const named = (n: number): [string, string] => [`${name}.conv${n}`, `${name}.bn${n}`];
      const first = layer(named(1), 1, 1, entering, inner);
      const second = layer(named(2), 3, stride, inner, inner);
      const projection =
        i === 0 ? layer([`${name}.proj.conv`, `${name}.proj.bn`], 1, stride, entering, 4 * base) : null;
      height = Math.ceil(height / stride);
      width = Math.ceil(width / stride);
      units.push({ layers: [first, second, layer(named(3), 1, 1, inner, 4 * base)], projection });
      entering = 4 * base;
    }
  }
  return { stem, units, features: entering };
}

function parametersOf({ convolution: { name, kernel }, bn }: Normed): Parameter[] {
  const [kh, kw, channelsIn, channelsOut] = kernel;
  // Xavier's uniform bound, as the paper says for this net.
  const bound = Math.sqrt(6 / (kh * kw * (channelsIn + channelsOut)));
  return [
    { name, shape: kernel, initial: { kind: 'uniform', bound }, trained: true, rateFactor: 1 },
    ...batchNormParameters(bn, channelsOut),
  ];
}

function classifier(features: number, classes: number): Parameter[] {
  const bound = 1 / Math.sqrt(features);
  return [
    {
      name: 'fc.weight',
      shape: [features, classes],
      initial: { kind: 'uniform', bound },
      trained: true,
      rateFactor: 1,
    },
    {
      name: 'fc.bias',
      shape: [classes],
      initial: { kind: 'constant', value: 0 },
      trained: true,
      rateFactor: 1,
    },
  ];
}

function forward(
  tf: Core,
  { normalise: constants }: WideBottleneck,
  { stem, units }: Plan,
  weights: Weights,
  pictures: Tensor4D,
  mode: Mode,
): Forward {
  const statistics: Record<string, Tensor1D> = {};
  const apply = ({ convolution: { name, stride }, bn }: Normed, x: Tensor4D): Tensor4D => {
    const kernel = weights[name] as Tensor4D;
    if (mode === 'train') return batchNorm(tf, convolve(tf, x, kernel, stride), weights, bn, statistics);
    const { factor, shift } = foldedBatchNorm(tf, weights, bn);
    return tf.add<Tensor4D>(convolve(tf, x, tf.mul(kernel, factor), stride), shift);
  };

  let h = tf.relu(apply(stem, normalise(tf, pictures, constants)));
  for (const { layers, projection } of units) {
    const [reduce, spatial, expand] = layers;
    const branch = apply(expand, tf.relu(apply(spatial, tf.relu(apply(reduce, h)))));
    h = tf.relu(tf.add<Tensor4D>(branch, projection === null ? h : apply(projection, h)));
  }
  const logits = linear(
    tf,
    globalAverage(tf, h),
    weights['fc.weight'] as Tensor2D,
    weights['fc.bias'] as Tensor1D,
  );
  return { logits, statistics };
}
