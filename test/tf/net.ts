/** A small residual network and its steps, for tests and measurements of the backend. */
import {
  clip,
  softmaxCrossEntropy,
  type Core,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
} from 'ar-pipe/tf';
import { numbers } from './rig.ts';

export interface NetShape {
  /** Residual blocks in each of the three stages: depth is 6n + 2. */
  readonly n: number;
  /** Channels of the first stage; the next ones have twice and four times as many. */
  readonly width: number;
  /** Height and width of the square pictures. */
  readonly size: number;
}

/** Filters and biases in order, then the classifier's; scaled so that signals keep their size. */
export function weights(tf: Core, { n, width }: NetShape, classes = 10): Tensor[] {
  const made: Tensor[] = [];
  const conv = (from: number, to: number) => {
    const count = 9 * from * to;
    const scale = Math.sqrt(6 / (9 * from));
    made.push(
      tf.tensor4d(
        numbers(count, made.length + 1).map((v) => v * scale),
        [3, 3, from, to],
      ),
    );
  };
  conv(3, width);
  for (let stage = 0; stage < 3; stage++) {
    for (let block = 0; block < n; block++) {
      const out = width * 2 ** stage;
      conv(block === 0 && stage > 0 ? out / 2 : out, out);
      conv(out, out);
    }
  }
  made.push(
    tf.tensor2d(
      numbers(4 * width * classes, 99).map((v) => v * 0.1),
      [4 * width, classes],
    ),
    tf.zeros([classes]),
  );
  return made;
}

const at = (list: readonly Tensor[], index: number): unknown => list.at(index);

/** Option A: as many channels of zeros again. */
function widen(tf: Core, h: Tensor4D): Tensor4D {
  return tf.pad<Tensor4D>(h, [
    [0, 0],
    [0, 0],
    [0, 0],
    [0, h.shape[3]],
  ]);
}

/** Logits `[batch, classes]` of pictures `[batch, size, size, 3]`; shortcuts subsample and pad with zeros (option A). */
export function logits(tf: Core, { n }: NetShape, w: readonly Tensor[], x: Tensor4D): Tensor2D {
  let k = 0;
  let h = tf.relu(tf.conv2d(x, at(w, k++) as Tensor4D, 1, 'same'));
  for (let stage = 0; stage < 3; stage++) {
    for (let block = 0; block < n; block++) {
      const down = block === 0 && stage > 0;
      const middle = tf.relu(tf.conv2d(h, at(w, k++) as Tensor4D, down ? 2 : 1, 'same'));
      const branch = tf.conv2d(middle, at(w, k++) as Tensor4D, 1, 'same');
      const short = down ? widen(tf, tf.avgPool(h, 1, 2, 'valid')) : h;
      h = tf.relu(tf.add<Tensor4D>(branch, short));
    }
  }
  const pooled = tf.mean<Tensor2D>(h, [1, 2]);
  return tf.add(tf.matMul(pooled, at(w, -2) as Tensor2D), at(w, -1) as Tensor1D);
}

/** One step of PGD: inputs x, z, labels, epsilon, step size, weights; output the next z. */
export function attackStep(tf: Core, shape: NetShape) {
  return ([x, z, labels, epsilon, size, ...w]: readonly Tensor[]): Tensor[] => {
    const loss = (pictures: Tensor) =>
      tf.sum(softmaxCrossEntropy(labels as Tensor1D, logits(tf, shape, w, pictures as Tensor4D))).asScalar();
    const moved = tf.add(z!, tf.mul(size!, tf.sign(tf.grad(loss)(z!))));
    return [clip(tf.minimum(tf.maximum(moved, tf.sub(x!, epsilon!)), tf.add(x!, epsilon!)), 0, 1)];
  };
}

/** One step of momentum SGD: inputs x, labels, rate, momentum, weights, velocities; outputs loss, weights, velocities. */
export function trainStep(tf: Core, shape: NetShape) {
  return ([x, labels, rate, momentum, ...rest]: readonly Tensor[]): Tensor[] => {
    const w = rest.slice(0, rest.length / 2);
    const velocities = rest.slice(rest.length / 2);
    const loss = (...own: Tensor[]) =>
      tf.mean(softmaxCrossEntropy(labels as Tensor1D, logits(tf, shape, own, x as Tensor4D))).asScalar();
    const { value, grads } = tf.valueAndGrads(loss)(w);
    const v = grads.map((gradient, k) => tf.add(tf.mul(momentum!, velocities[k]!), gradient));
    return [value, ...v.map((each, k) => tf.sub(w[k]!, tf.mul(rate!, each))), ...v];
  };
}
