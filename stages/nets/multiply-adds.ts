/** Arithmetic of a net, for estimates of cost. */
import type { Net } from './net.ts';

/**
 * Multiply-adds of one picture's forward pass: convolutions and matrices, each output of a strided convolution once;
 * normalisation, activations and pooling are not counted.
 */
export function multiplyAdds({ convolutions, parameters }: Net): number {
  const ofConvolutions = convolutions.map(({ inputHeight, inputWidth, stride, kernel }) => {
    const outputs = Math.ceil(inputHeight / stride) * Math.ceil(inputWidth / stride);
    return outputs * product(kernel);
  });
  const ofMatrices = parameters.flatMap(({ shape }) => (shape.length === 2 ? [product(shape)] : []));
  return [...ofConvolutions, ...ofMatrices].reduce((sum, n) => sum + n, 0);
}

const product = (numbers: readonly number[]): number => numbers.reduce((a, b) => a * b, 1);
