/**
 * Gradients of a convolution for WebAssembly, which has no kernel for the filter's and a slow one for the input's. Each is a
 * fast kernel of the backend, a product of matrices or a convolution of stride 1, on numbers that plain loops rearrange: the
 * backend's own kernels for that (reverse, slice, depthToSpace) take longer than the convolution.
 */
import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import type { Core } from '../backend/core.ts';
import { registerOn, type Attributes } from './kernel.ts';

type Info = ReturnType<Core['backend_util']['computeConv2DInfo']>;

/** One axis of a convolution: output o is made of the inputs o * stride - before + tap, for every tap of the filter. */
interface Axis {
  readonly input: number;
  readonly output: number;
  readonly taps: number;
  readonly stride: number;
  /** Zeros before the input. */
  readonly before: number;
}

const axesOf = (info: Info): { rows: Axis; columns: Axis } => ({
  rows: {
    ...{ input: info.inHeight, output: info.outHeight, taps: info.filterHeight },
    ...{ stride: info.strideHeight, before: info.padInfo.top },
  },
  columns: {
    ...{ input: info.inWidth, output: info.outWidth, taps: info.filterWidth },
    ...{ stride: info.strideWidth, before: info.padInfo.left },
  },
});

/** Numbers of patches at once: they stay in the cache, and batches of any size take little memory. */
const patchNumbers = 2 ** 18;

/** dL/dw of a convolution: the patches that each tap meets, times dL/dy. */
export function filterGradient(tf: Core, x: Tensor4D, dy: Tensor4D, info: Info): Tensor4D {
  const { batchSize, inChannels, outChannels, filterHeight, filterWidth, outHeight, outWidth } = info;
  const taps = filterHeight * filterWidth * inChannels;
  const together = Math.max(1, Math.floor(patchNumbers / (taps * outHeight * outWidth)));
  let sum: Tensor = tf.zeros([taps, outChannels]);
  for (let first = 0; first < batchSize; first += together) {
    const count = Math.min(together, batchSize - first);
    const part = (of: Tensor4D): Tensor4D => tf.slice(of, [first, 0, 0, 0], [count, -1, -1, -1]);
    const gradients = tf.reshape(part(dy), [count * outHeight * outWidth, outChannels]);
    sum = tf.add(sum, tf.matMul(patchesOf(tf, part(x), info), gradients));
  }
  return tf.reshape(sum, [filterHeight, filterWidth, inChannels, outChannels]);
}

/** What each tap meets, zeros outside the pictures: [taps of rows * taps of columns * channels, n * output rows * output columns]. */
function patchesOf(tf: Core, x: Tensor4D, info: Info): Tensor2D {
  const { rows, columns } = axesOf(info);
  const [n, height, width, channels] = x.shape;
  const planes = tf.transpose(tf.reshape(x, [n * height * width, channels])).dataSync<'float32'>();
  const places = n * rows.output * columns.output;
  const patches = new Float32Array(rows.taps * columns.taps * channels * places);
  let at = 0;
  for (let i = 0; i < rows.taps; i++) {
    for (let j = 0; j < columns.taps; j++) {
      // Outputs whose column lies inside.
      const shift = j - columns.before;
      const start = Math.max(0, Math.ceil(-shift / columns.stride));
      const end = Math.min(columns.output, Math.floor((width - 1 - shift) / columns.stride) + 1);
      for (let plane = 0; plane < channels * n; plane++) {
        for (let row = 0; row < rows.output; row++, at += columns.output) {
          const y = row * rows.stride + i - rows.before;
          if (y < 0 || y >= height) continue;
          let from = (plane * height + y) * width + start * columns.stride + shift;
          for (let column = start; column < end; column++, from += columns.stride)
            patches[at + column] = planes[from]!;
        }
      }
    }
  }
  return tf.tensor2d(patches, [rows.taps * columns.taps * channels, places]);
}

/**
 * How the gradient for one axis of the input is computed in blocks of `stride` neighbours. Input u, counted with the zeros
 * before it, is u = stride * block + phase; the taps that made outputs of it are tap = stride * step + phase, of output
 * block - step. So all phases are one convolution of dL/dy with `steps` taps and stride 1, whose channels are the phases.
 */
interface Blocks {
  readonly steps: number;
  /** Zeros around dL/dy. */
  readonly padding: readonly [number, number];
  /** Numbers to leave out before the input's first. */
  readonly skip: number;
}

function blocksOf({ input, output, taps, stride, before }: Axis): Blocks {
  const steps = Math.ceil(taps / stride);
  const first = Math.min(Math.floor(before / stride), steps - 1);
  const end = Math.max(Math.ceil((before + input) / stride), output);
  return { steps, padding: [steps - 1 - first, end - output], skip: before - stride * first };
}

/** dL/dx of a convolution. */
export function inputGradient(tf: Core, dy: Tensor4D, filter: Tensor4D, info: Info): Tensor4D {
  const { rows, columns } = axesOf(info);
  const [down, across] = [blocksOf(rows), blocksOf(columns)];
  const blocks = tf.conv2d(dy, blockFilter(tf, filter, rows.stride, columns.stride), 1, [
    [0, 0],
    [...down.padding],
    [...across.padding],
    [0, 0],
  ]);
  return unblocked(tf, blocks, info, down.skip, across.skip);
}

/** The filter turned by 180 degrees, in blocks: [row steps, column steps, outputs, row phase * column phase * inputs]. */
function blockFilter(tf: Core, filter: Tensor4D, down: number, across: number): Tensor4D {
  const [height, width, inputs, outputs] = filter.shape;
  const shape: [number, number, number, number] = [
    ...([Math.ceil(height / down), Math.ceil(width / across)] as const),
    ...([outputs, down * across * inputs] as const),
  ];
  const values = filter.dataSync<'float32'>();
  const blocks = new Float32Array(shape[0] * shape[1] * shape[2] * shape[3]);
  let from = 0;
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++) {
      const step = (shape[0] - 1 - Math.floor(i / down)) * shape[1] + shape[1] - 1 - Math.floor(j / across);
      const phase = (i % down) * across + (j % across);
      for (let input = 0; input < inputs; input++) {
        let at = step * outputs * shape[3] + phase * inputs + input;
        for (let output = 0; output < outputs; output++, at += shape[3]) blocks[at] = values[from++]!;
      }
    }
  }
  return tf.tensor4d(blocks, shape);
}

/** Blocks [n, rows, columns, row phase * column phase * channels] side by side, cut to the input's size. */
function unblocked(tf: Core, blocks: Tensor4D, info: Info, top: number, left: number): Tensor4D {
  const { inHeight, inWidth, inChannels, strideHeight: down, strideWidth: across } = info;
  const [n, rows, columns, size] = blocks.shape;
  if (down * across === 1 && rows === inHeight && columns === inWidth) return blocks;
  const values = blocks.dataSync<'float32'>();
  const x = new Float32Array(n * inHeight * inWidth * inChannels);
  let at = 0;
  for (let picture = 0; picture < n; picture++) {
    for (let h = top; h < top + inHeight; h++) {
      const row = (picture * rows + Math.floor(h / down)) * columns;
      for (let w = left; w < left + inWidth; w++) {
        const phase = (h % down) * across + (w % across);
        let from = (row + Math.floor(w / across)) * size + phase * inChannels;
        for (let channel = 0; channel < inChannels; channel++) x[at++] = values[from++]!;
      }
    }
  }
  return tf.tensor4d(x, [n, inHeight, inWidth, inChannels]);
}

interface ConvAttributes {
  readonly strides: number | [number, number];
  readonly pad: Parameters<Core['backend_util']['computeConv2DInfo']>[4];
  readonly dataFormat: 'NHWC' | 'NCHW';
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

function infoOf(tf: Core, input: readonly number[], filter: readonly number[], attrs: Attributes): Info {
  const { strides, pad, dataFormat, dimRoundingMode } = attrs as unknown as ConvAttributes;
  if (dataFormat !== 'NHWC')
    throw new Error(`convolutions of layout ${dataFormat} have no gradient on this backend; use NHWC`);
  return tf.backend_util.computeConv2DInfo(
    input as [number, number, number, number],
    filter as [number, number, number, number],
    strides,
    1,
    pad,
    dimRoundingMode,
  );
}

export function registerConvolution(tf: Core): void {
  registerOn(tf, 'wasm', 'Conv2DBackpropFilter', ({ x, dy }, attrs) =>
    filterGradient(
      tf,
      x as Tensor4D,
      dy as Tensor4D,
      infoOf(tf, x!.shape, attrs['filterShape'] as number[], attrs),
    ),
  );
  registerOn(tf, 'wasm', 'Conv2DBackpropInput', ({ dy, filter }, attrs) =>
    inputGradient(
      tf,
      dy as Tensor4D,
      filter as Tensor4D,
      infoOf(tf, attrs['inputShape'] as number[], filter!.shape, attrs),
    ),
  );
}
