/** Gradients of a convolution, made of forward convolutions: for WebAssembly, which has no kernel for the filter's. */
import type { Rank, Tensor4D } from '@tensorflow/tfjs-core';
import type { Core } from '../backend/core.ts';
import { registerOn, type Attributes } from './kernel.ts';

type Info = ReturnType<Core['backend_util']['computeConv2DInfo']>;

/** Puts `stride - 1` zeros between neighbours along height and width: `[n, h, w, c]` to `[n, (h-1)s+1, (w-1)s+1, c]`. */
function dilate(tf: Core, x: Tensor4D, strideHeight: number, strideWidth: number): Tensor4D {
  if (strideHeight === 1 && strideWidth === 1) return x;
  const [n, h, w, c] = x.shape;
  const apart = tf.pad(tf.reshape(x, [n, h, 1, w, 1, c]), [
    [0, 0],
    [0, 0],
    [0, strideHeight - 1],
    [0, 0],
    [0, strideWidth - 1],
    [0, 0],
  ]);
  const rows = (h - 1) * strideHeight + 1;
  const columns = (w - 1) * strideWidth + 1;
  return tf.slice<Rank.R4, Tensor4D>(
    tf.reshape(apart, [n, h * strideHeight, w * strideWidth, c]),
    [0, 0, 0, 0],
    [n, rows, columns, c],
  );
}

/** Pads height and width; negative amounts cut. */
function padOrCut(tf: Core, x: Tensor4D, top: number, bottom: number, left: number, right: number): Tensor4D {
  const grown = tf.pad(x, [
    [0, 0],
    [Math.max(top, 0), Math.max(bottom, 0)],
    [Math.max(left, 0), Math.max(right, 0)],
    [0, 0],
  ]);
  const cutTop = Math.max(-top, 0);
  const cutLeft = Math.max(-left, 0);
  const [n, h, w, c] = grown.shape;
  const height = h - cutTop - Math.max(-bottom, 0);
  const width = w - cutLeft - Math.max(-right, 0);
  return height === h && width === w
    ? grown
    : tf.slice(grown, [0, cutTop, cutLeft, 0], [n, height, width, c]);
}

/** dL/dx of a convolution: the dilated dL/dy, convolved with the filter turned by 180 degrees. */
export function inputGradient(tf: Core, dy: Tensor4D, filter: Tensor4D, info: Info): Tensor4D {
  const [kh, kw] = filter.shape;
  const spread = dilate(tf, dy, info.strideHeight, info.strideWidth);
  const { top, left } = info.padInfo;
  const above = kh - 1 - top;
  const before = kw - 1 - left;
  const padded = padOrCut(
    tf,
    spread,
    above,
    info.inHeight + kh - 1 - spread.shape[1] - above,
    before,
    info.inWidth + kw - 1 - spread.shape[2] - before,
  );
  const turned = tf.transpose(tf.reverse(filter, [0, 1]), [0, 1, 3, 2]);
  return tf.conv2d(padded, turned, 1, 'valid');
}

/** dL/dw of a convolution: pictures as channels, x convolved with the dilated dL/dy. */
export function filterGradient(tf: Core, x: Tensor4D, dy: Tensor4D, info: Info): Tensor4D {
  const spread = dilate(tf, dy, info.strideHeight, info.strideWidth);
  const { top, left } = info.padInfo;
  const padded = padOrCut(
    tf,
    x,
    top,
    info.filterHeight - 1 + spread.shape[1] - info.inHeight - top,
    left,
    info.filterWidth - 1 + spread.shape[2] - info.inWidth - left,
  );
  const byChannel = tf.transpose(padded, [3, 1, 2, 0]);
  const asFilter = tf.transpose(spread, [1, 2, 0, 3]);
  return tf.transpose(tf.conv2d(byChannel, asFilter, 1, 'valid'), [1, 2, 0, 3]);
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
