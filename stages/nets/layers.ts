/** Layers shared by the nets, with PyTorch's meaning of padding and strides. */
import type { Tensor1D, Tensor2D, Tensor4D, Core } from 'ar-pipe/tf';

/**
 * Convolution without bias, zero-padded by (k - 1) / 2 on every side whatever the stride.
 * TensorFlow's 'same' agrees at stride 1 only: at stride 2 it would pad an even map on one side.
 */
export function convolve(tf: Core, x: Tensor4D, kernel: Tensor4D, stride = 1): Tensor4D {
  const margin = (kernel.shape[0] - 1) / 2;
  if (stride === 1 || margin === 0) return tf.conv2d(x, kernel, stride, stride === 1 ? 'same' : 'valid');
  const around: [number, number] = [margin, margin];
  return tf.conv2d(tf.pad4d(x, [[0, 0], around, around, [0, 0]]), kernel, stride, 'valid');
}

/** Pixels 0, s, 2s, … of both axes. A pool of size 1 is many times faster than a strided slice, and gives the same bits. */
export function subsample(tf: Core, x: Tensor4D, stride: number): Tensor4D {
  return tf.avgPool(x, 1, stride, 'valid');
}

/** Zero channels after the present ones. */
export function appendChannels(tf: Core, x: Tensor4D, count: number): Tensor4D {
  return tf.pad4d(x, [
    [0, 0],
    [0, 0],
    [0, 0],
    [0, count],
  ]);
}

/**
 * Mean over all positions: [batch, h, w, c] -> [batch, c]. A product, as in `normalise`: the gradient of a mean divides by a
 * constant.
 */
export function globalAverage(tf: Core, x: Tensor4D): Tensor2D {
  return tf.mul<Tensor2D>(tf.sum(x, [1, 2]), 1 / (x.shape[1] * x.shape[2]));
}

/** Fully connected layer: x [batch, in], weight [in, out], bias [out]. */
export function linear(tf: Core, x: Tensor2D, weight: Tensor2D, bias: Tensor1D): Tensor2D {
  return tf.add<Tensor2D>(tf.matMul(x, weight), bias);
}

/**
 * Per-channel normalisation of the input: (x - mean) / std. Written as a product: a recorded graph would turn division by a
 * constant into one, and no longer give the bits of the operations themselves.
 */
export function normalise(
  tf: Core,
  x: Tensor4D,
  constants: { readonly mean: readonly number[]; readonly std: readonly number[] } | null,
): Tensor4D {
  if (constants === null) return x;
  const mean = tf.tensor1d([...constants.mean], 'float32');
  const inverse = tf.tensor1d(
    constants.std.map((std) => 1 / std),
    'float32',
  );
  return tf.mul<Tensor4D>(tf.sub(x, mean), inverse);
}
