/** A plain net in double precision: what Lemma 3.1 is checked on, to more digits than float32 has. */
import { pixelsOf } from '../data/batches.ts';
import type { PictureSet } from '../data/picture-set.ts';
import type { Architecture } from '../nets/architecture.ts';
import type { WeightValues } from '../nets/initialise.ts';
import type { Net } from '../nets/net.ts';
import { withNormalisation } from './layer-values.ts';

/** Row-major [outputs, inputs]. */
export interface Matrix {
  readonly rows: number;
  readonly cols: number;
  readonly data: Float64Array;
}

/** W_1, …, W_L of x -> W_L relu(… relu(W_1 x)); the normalisation's scale is part of W_1. */
export type PlainNet = readonly Matrix[];

/** @param net a net of kind `plain` */
export function plainNet(architecture: Architecture, net: Net, weights: WeightValues): PlainNet {
  const scaled = withNormalisation(net, architecture, weights);
  return net.parameters.map(({ name, shape }) => {
    const [cols, rows] = shape as [number, number];
    const values = scaled.get(name)!;
    const data = new Float64Array(rows * cols);
    for (let i = 0; i < cols; i++) for (let o = 0; o < rows; o++) data[o * cols + i] = values[i * rows + o]!;
    return { rows, cols, data };
  });
}

/** Inputs of the net: pixels less the normalisation's mean, channel after channel; a row a picture. */
export function plainInputs(
  set: PictureSet,
  places: Int32Array,
  { normalise, channels, height, width }: Architecture,
): Float64Array {
  const pixels = pixelsOf(set, places);
  const area = height * width;
  return Float64Array.from(pixels, (_, i) => {
    const [picture, within] = [Math.floor(i / (area * channels)), i % (area * channels)];
    const [channel, place] = [Math.floor(within / area), within % area];
    return pixels[(picture * area + place) * channels + channel]! - (normalise?.mean[channel] ?? 0);
  });
}

/** W x. */
export function apply({ rows, cols, data }: Matrix, x: ArrayLike<number>): Float64Array {
  const result = new Float64Array(rows);
  for (let r = 0, at = 0; r < rows; r++) {
    let sum = 0;
    for (let c = 0; c < cols; c++, at++) sum += data[at]! * x[c]!;
    result[r] = sum;
  }
  return result;
}

/** W^T y. */
export function applyTransposed({ rows, cols, data }: Matrix, y: ArrayLike<number>): Float64Array {
  const result = new Float64Array(cols);
  for (let r = 0, at = 0; r < rows; r++) {
    const factor = y[r]!;
    for (let c = 0; c < cols; c++, at++) result[c]! += data[at]! * factor;
  }
  return result;
}

/** Which units of each hidden layer are active (1) at a point, given W_1 x. */
export type Pattern = readonly Uint8Array[];

/** Logits, and the pattern of active units, from the first layer's pre-activations. */
export function fromFirst(
  net: PlainNet,
  first: Float64Array,
): { readonly logits: Float64Array; readonly pattern: Pattern } {
  const pattern: Uint8Array[] = [];
  let z = first;
  for (const layer of net.slice(1)) {
    const active = Uint8Array.from(z, (value) => (value > 0 ? 1 : 0));
    pattern.push(active);
    z = apply(layer, masked(z, active));
  }
  return { logits: z, pattern };
}

export const logitsOf = (net: PlainNet, x: ArrayLike<number>): Float64Array =>
  fromFirst(net, apply(net[0]!, x)).logits;

/** W_L^q … W_1^q d from W_1 d: the linear map of the region with this pattern. */
export function alongPattern(net: PlainNet, pattern: Pattern, first: Float64Array): Float64Array {
  let v = first;
  for (const [i, active] of pattern.entries()) v = apply(net[i + 1]!, masked(v, active));
  return v;
}

/** Values where active, else 0. */
export const masked = (values: Float64Array, active: Uint8Array): Float64Array =>
  values.map((value, i) => (active[i] === 1 ? value : 0));
