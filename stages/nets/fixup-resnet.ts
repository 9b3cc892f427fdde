/**
 * ResNet of depth 6n + 2 without batch norm, initialised by Fixup (Zhang et al. 2019), as appendix D.3 of the paper uses it:
 *
 *     h = relu(stem(x)) ;  3 groups of n blocks  h = relu(conv2(relu(conv1(h))) + shortcut(h)) ;  logits = fc(mean of h)
 *
 * Names: `stem.weight`, `group{1,2,3}.block{i}.conv{1,2}.weight`, `fc.weight`, `fc.bias`, with option B also
 * `….shortcut.weight`; Fixup's scalars, where kept, are `bias1`, `bias2` and `….bias1a`, `….bias1b`, `….bias2a`, `….bias2b`, `….scale`.
 */
import type { Tensor, Tensor1D, Tensor2D, Tensor4D, Core } from 'ar-pipe/tf';
import type { Architecture, NetParams } from './architecture.ts';
import { appendChannels, convolve, globalAverage, linear, normalise, subsample } from './layers.ts';
import type { Convolution, Initial, Net, Parameter, Weights } from './net.ts';

type FixupResNet = Extract<NetParams, { kind: 'fixup-resnet' }>;

interface Block {
  readonly name: string;
  readonly channelsIn: number;
  readonly channelsOut: number;
  readonly stride: number;
  /** Size of the map that enters. */
  readonly height: number;
  readonly width: number;
}

export function fixupResNet(architecture: Architecture & { readonly net: FixupResNet }): Net {
  const blocks = blocksOf(architecture);
  return {
    parameters: parametersOf(architecture, blocks),
    convolutions: convolutionsOf(architecture, blocks),
    forward: (tf, weights, pictures) => ({
      logits: logitsOf(tf, architecture, blocks, weights, pictures),
      statistics: {},
    }),
  };
}

function blocksOf({ net, height, width }: Architecture & { readonly net: FixupResNet }): Block[] {
  const perGroup = (net.depth - 2) / 6;
  const blocks: Block[] = [];
  let channelsIn = net.width;
  for (const group of [1, 2, 3]) {
    const channelsOut = net.width * 2 ** (group - 1);
    for (let i = 0; i < perGroup; i++) {
      const stride = group > 1 && i === 0 ? 2 : 1;
      blocks.push({ name: `group${group}.block${i}`, channelsIn, channelsOut, stride, height, width });
      height = Math.ceil(height / stride);
      width = Math.ceil(width / stride);
      channelsIn = channelsOut;
    }
  }
  return blocks;
}

function parametersOf(
  { net, channels, classes }: Architecture & { readonly net: FixupResNet },
  blocks: Block[],
): Parameter[] {
  const zero: Initial = { kind: 'constant', value: 0 };
  const one: Initial = { kind: 'constant', value: 1 };
  const add = (name: string, shape: readonly number[], initial: Initial, rateFactor = 1): Parameter => ({
    name,
    shape,
    initial,
    trained: true,
    rateFactor,
  });
  /** Fixup trains its scalars at a tenth of the learning rate. */
  const scalar = (name: string, initial: Initial): Parameter[] => {
    const kept = net.scalars === 'all' || (net.scalars === 'biases' && initial === zero);
    return kept ? [add(name, [], initial, 0.1)] : [];
  };
  const he = (channelsOut: number, kernel = 3): number => Math.sqrt(2 / (kernel ** 2 * channelsOut));
  // Fixup's factor L^(-1/(2m-2)) for L branches of m = 2 convolutions.
  const branchFactor = blocks.length ** -0.5;

  const stem: Initial =
    net.stem === 'he'
      ? { kind: 'normal', deviation: he(net.width) }
      : { kind: 'uniform', bound: 1 / Math.sqrt(9 * channels) };
  return [
    add('stem.weight', [3, 3, channels, net.width], stem),
    ...scalar('bias1', zero),
    ...blocks.flatMap(({ name, channelsIn, channelsOut, stride }) => [
      ...scalar(`${name}.bias1a`, zero),
      add(`${name}.conv1.weight`, [3, 3, channelsIn, channelsOut], {
        kind: 'normal',
        deviation: he(channelsOut) * branchFactor,
      }),
      ...scalar(`${name}.bias1b`, zero),
      ...scalar(`${name}.bias2a`, zero),
      add(`${name}.conv2.weight`, [3, 3, channelsOut, channelsOut], zero),
      ...scalar(`${name}.scale`, one),
      ...scalar(`${name}.bias2b`, zero),
      ...(stride > 1 && net.shortcut === 'B'
        ? [
            add(`${name}.shortcut.weight`, [1, 1, channelsIn, channelsOut], {
              kind: 'normal',
              deviation: he(channelsOut, 1),
            }),
          ]
        : []),
    ]),
    ...scalar('bias2', zero),
    add('fc.weight', [net.width * 4, classes], zero),
    add('fc.bias', [classes], zero),
  ];
}

function convolutionsOf(
  { net, height, width, channels }: Architecture & { readonly net: FixupResNet },
  blocks: Block[],
): Convolution[] {
  const convolutions: Convolution[] = [
    {
      name: 'stem.weight',
      inputHeight: height,
      inputWidth: width,
      stride: 1,
      kernel: [3, 3, channels, net.width],
    },
  ];
  for (const { name, channelsIn, channelsOut, stride, ...input } of blocks) {
    const entering = { inputHeight: input.height, inputWidth: input.width, stride };
    convolutions.push(
      { name: `${name}.conv1.weight`, ...entering, kernel: [3, 3, channelsIn, channelsOut] },
      {
        name: `${name}.conv2.weight`,
        inputHeight: Math.ceil(input.height / stride),
        inputWidth: Math.ceil(input.width / stride),
        stride: 1,
        kernel: [3, 3, channelsOut, channelsOut],
      },
    );
    if (stride > 1 && net.shortcut === 'B') {
      convolutions.push({
        name: `${name}.shortcut.weight`,
        ...entering,
        kernel: [1, 1, channelsIn, channelsOut],
      });
    }
  }
  return convolutions;
}

function logitsOf(
  tf: Core,
  architecture: Architecture & { readonly net: FixupResNet },
  blocks: readonly Block[],
  weights: Weights,
  pictures: Tensor4D,
): Tensor2D {
  /** Adds the scalar of this name where the net has it. */
  const shifted = <T extends Tensor>(x: T, name: string): T => {
    const bias = weights[name];
    return bias === undefined ? x : tf.add<T>(x, bias);
  };
  const kernel = (name: string): Tensor4D => weights[name] as Tensor4D;

  const input = normalise(tf, pictures, architecture.normalise);
  let h = tf.relu(shifted(convolve(tf, input, kernel('stem.weight')), 'bias1'));
  for (const { name, channelsIn, channelsOut, stride } of blocks) {
    const entering = shifted(h, `${name}.bias1a`);
    const inner = tf.relu(
      shifted(convolve(tf, entering, kernel(`${name}.conv1.weight`), stride), `${name}.bias1b`),
    );
    const scale = weights[`${name}.scale`];
    const second = kernel(`${name}.conv2.weight`);
    // Scaling the kernel costs less than scaling the map.
    const scaled = scale === undefined ? second : tf.mul<Tensor4D>(second, scale);
    const branch = shifted(convolve(tf, shifted(inner, `${name}.bias2a`), scaled), `${name}.bias2b`);
    let shortcut = h;
    if (stride > 1) {
      shortcut =
        architecture.net.shortcut === 'A'
          ? appendChannels(tf, subsample(tf, entering, stride), channelsOut - channelsIn)
          : convolve(tf, entering, kernel(`${name}.shortcut.weight`), stride);
    }
    h = tf.relu(tf.add<Tensor4D>(branch, shortcut));
  }
  const features = shifted(globalAverage(tf, h), 'bias2');
  return linear(tf, features, weights['fc.weight'] as Tensor2D, weights['fc.bias'] as Tensor1D);
}
