/** The shape every net has: named parameters and a pure function from weights and pictures to logits. */
import type { Tensor, Tensor2D, Tensor4D, Core } from 'ar-pipe/tf';

/** How a parameter starts. `normal` and `uniform` are symmetric about 0; values are in the units of the weights. */
export type Initial =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'normal'; readonly deviation: number }
  | { readonly kind: 'uniform'; readonly bound: number };

export interface Parameter {
  /** Name as in PyTorch's state_dict, such as `group1.block0.conv1.weight`. */
  readonly name: string;
  /** Shape in TensorFlow's layout: convolution [kh, kw, in, out], matrix [in, out]. */
  readonly shape: readonly number[];
  readonly initial: Initial;
  /** Statistics that the forward pass maintains (batch norm) are not trained. */
  readonly trained: boolean;
  /** Factor on the learning rate: Fixup trains scalar layers at a tenth. */
  readonly rateFactor: number;
}

/** A convolution as an operator on feature maps, for studies of its spectrum. */
export interface Convolution {
  /** Name of its kernel's parameter. */
  readonly name: string;
  readonly inputHeight: number;
  readonly inputWidth: number;
  readonly stride: number;
  readonly kernel: readonly [height: number, width: number, channelsIn: number, channelsOut: number];
}

/** Values of parameters by name. */
export type Weights = Readonly<Record<string, Tensor>>;

export interface Forward {
  /** [batch, classes] */
  readonly logits: Tensor2D;
  /** New values of the untrained parameters; empty in `evaluate` mode and for nets without batch norm. */
  readonly statistics: Weights;
}

export type Mode = 'evaluate' | 'train';

export interface Net {
  readonly parameters: readonly Parameter[];
  readonly convolutions: readonly Convolution[];
  /** Pictures are [batch, height, width, channels] in [0, 1]. No data-dependent control flow: it can be recorded as a graph. */
  forward(tf: Core, weights: Weights, pictures: Tensor4D, mode: Mode): Forward;
}

/** Number of trained values. */
export function parameterCount(net: Net): number {
  return net.parameters.reduce((sum, { shape, trained }) => (trained ? sum + valueCount(shape) : sum), 0);
}

export const valueCount = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);
