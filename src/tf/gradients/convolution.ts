/**
 * Gradients of a convolution for WebAssembly, which has no kernel for the filter's and a slow one for the input's: a product of
 * matrices and a convolution, both of stride 1, with loops that rearrange numbers before and after. A convolution of stride s is
 * one of stride 1 over blocks of s x s neighbours, whose places in the block (phases) count as channels.
 */
import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import type { Core } from '../backend/core.ts';
import { written } from './heap.ts';
import { registerOn, type Attributes } from './kernel.ts';

type Info = ReturnType<Core['backend_util']['computeConv2DInfo']>;

/** Most numbers of a matrix of shifted planes, unless one picture has more: batches of any size take little memory. */
const mostShifted = 2 ** 19;

/** dL/dw of a convolution. */
export function filterGradient(tf: Core, x: Tensor4D, dy: Tensor4D, info: Info): Tensor4D {
  const { batchSize, inChannels, outChannels, filterHeight, filterWidth } = info;
  const { strideHeight: down, strideWidth: across } = info;
  const steps = [Math.ceil(filterHeight / down), Math.ceil(filterWidth / across)] as const;
  const grid = [info.outHeight + steps[0] - 1, info.outWidth + steps[1] - 1] as const;
  const rows = steps[0] * steps[1] * down * across * inChannels;
  const together = Math.max(1, Math.floor(mostShifted / (rows * grid[0] * grid[1])));
  let sum: Tensor | null = null;
  for (let first = 0; first < batchSize; first += together) {
    const count = Math.min(together, batchSize - first);
    const planes = planesOf(tf, x, info, grid, first, count);
    const part = tf.matMul(shifted(tf, planes, steps, grid[1]), spread(tf, dy, grid, first, count));
    sum = sum === null ? part : tf.add(sum, part);
  }
  const block = inChannels * outChannels;
  return written(tf, [filterHeight, filterWidth, inChannels, outChannels], [sum!], (filter, blocks) => {
    for (let i = 0; i < filterHeight; i++) {
      for (let j = 0; j < filterWidth; j++) {
        const step = Math.floor(i / down) * steps[1] + Math.floor(j / across);
        const from = (step * down * across + (i % down) * across + (j % across)) * block;
        filter.set(blocks.subarray(from, from + block), (i * filterWidth + j) * block);
      }
    }
  });
}

/** Some pictures in blocks, among zeros, channel by channel: [phases * channels, pictures * grid rows * grid columns]. */
function planesOf(
  tf: Core,
  x: Tensor4D,
  info: Info,
  [height, width]: readonly [number, number],
  first: number,
  count: number,
): Tensor2D {
  const { inHeight, inWidth, inChannels, strideHeight: down, strideWidth: across } = info;
  const { top, left } = info.padInfo;
  const size = down * across * inChannels;
  const blocks = written<Tensor2D>(tf, [count * height * width, size], [x], (grid, pictures) => {
    grid.fill(0);
    for (let picture = 0; picture < count; picture++) {
      for (let u = top; u < Math.min(top + inHeight, height * down); u++) {
        const row = (picture * height + Math.floor(u / down)) * width;
        let from = ((first + picture) * inHeight + u - top) * inWidth * inChannels;
        for (let v = left; v < Math.min(left + inWidth, width * across); v++) {
          const phase = (u % down) * across + (v % across);
          let at = (row + Math.floor(v / across)) * size + phase * inChannels;
          for (let channel = 0; channel < inChannels; channel++) grid[at++] = pictures[from++]!;
        }
      }
    }
  });
  return tf.transpose(blocks);
}

/**
 * The planes once for each step of the filter, moved back by it. What crosses the end of a row, picture or channel meets
 * the zeros that `spread` puts there.
 */
function shifted(tf: Core, planes: Tensor2D, steps: readonly [number, number], width: number): Tensor2D {
  const [channels, size] = planes.shape;
  return written<Tensor2D>(tf, [steps[0] * steps[1] * channels, size], [planes], (all, numbers) => {
    const length = channels * size;
    for (let i = 0; i < steps[0]; i++) {
      for (let j = 0; j < steps[1]; j++) {
        const [shift, at] = [i * width + j, (i * steps[1] + j) * length];
        all.set(numbers.subarray(shift), at);
        all.fill(0, at + length - shift, at + length);
      }
    }
  });
}

/** dL/dy of some pictures at the top left of the grid, zeros elsewhere: [pictures * grid rows * grid columns, outputs]. */
function spread(
  tf: Core,
  dy: Tensor4D,
  [height, width]: readonly [number, number],
  first: number,
  count: number,
): Tensor2D {
  const [, rows, columns, outputs] = dy.shape;
  return written<Tensor2D>(tf, [count * height * width, outputs], [dy], (grid, gradients) => {
    grid.fill(0);
    for (let picture = 0; picture < count; picture++) {
      for (let row = 0; row < rows; row++) {
        const from = ((first + picture) * rows + row) * columns * outputs;
        const line = gradients.subarray(from, from + columns * outputs);
        grid.set(line, (picture * height + row) * width * outputs);
      }
    }
  });
}

/** dL/dx of a convolution: dL/dy convolved with the turned filter gives all phases of a block. */
export function inputGradient(tf: Core, dy: Tensor4D, filter: Tensor4D, info: Info): Tensor4D {
  const { inHeight, inWidth, inChannels, strideHeight: down, strideWidth: across, padInfo } = info;
  const turned = turnedFilter(tf, filter, down, across);
  const rows = blocksOf(inHeight, info.outHeight, turned.shape[0], down, padInfo.top);
  const columns = blocksOf(inWidth, info.outWidth, turned.shape[1], across, padInfo.left);
  const blocks = tf.conv2d(dy, turned, 1, [[0, 0], rows.padding, columns.padding, [0, 0]]);
  const [n, height, width, size] = blocks.shape;
  if (down * across === 1 && height === inHeight && width === inWidth) return blocks;
  return written(tf, [n, inHeight, inWidth, inChannels], [blocks], (x, numbers) => {
    let at = 0;
    for (let picture = 0; picture < n; picture++) {
      for (let u = rows.skip; u < rows.skip + inHeight; u++) {
        const row = (picture * height + Math.floor(u / down)) * width;
        for (let v = columns.skip; v < columns.skip + inWidth; v++) {
          const phase = (u % down) * across + (v % across);
          let from = (row + Math.floor(v / across)) * size + phase * inChannels;
          for (let channel = 0; channel < inChannels; channel++) x[at++] = numbers[from++]!;
        }
      }
    }
  });
}

/**
 * The filter turned by 180 degrees, in blocks: [row steps, column steps, outputs, phases * inputs]. Tap `stride * step + phase`
 * leads from an input of that phase to the output `step` before the input's block.
 */
function turnedFilter(tf: Core, filter: Tensor4D, down: number, across: number): Tensor4D {
  const [height, width, inputs, outputs] = filter.shape;
  const [rows, columns] = [Math.ceil(height / down), Math.ceil(width / across)];
  const size = down * across * inputs;
  return written<Tensor4D>(tf, [rows, columns, outputs, size], [filter], (turned, numbers) => {
    turned.fill(0);
    let from = 0;
    for (let i = 0; i < height; i++) {
      for (let j = 0; j < width; j++) {
        const step = (rows - 1 - Math.floor(i / down)) * columns + columns - 1 - Math.floor(j / across);
        const phase = (i % down) * across + (j % across);
        for (let input = 0; input < inputs; input++) {
          let at = step * outputs * size + phase * inputs + input;
          for (let output = 0; output < outputs; output++, at += size) turned[at] = numbers[from++]!;
        }
      }
    }
  });
}

/** Along one axis: the zeros around dL/dy that give all blocks of the input, and how many numbers come before the input's first. */
function blocksOf(
  input: number,
  output: number,
  steps: number,
  stride: number,
  before: number,
): { padding: [number, number]; skip: number } {
  const first = Math.min(Math.floor(before / stride), steps - 1);
  const end = Math.max(Math.ceil((before + input) / stride), output);
  return { padding: [steps - 1 - first, end - output], skip: before - stride * first };
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
