/** A net's parameters between their three forms: values by name, tensors in order, tensors by name. */
import type { Core, Tensor } from 'ar-pipe/tf';
import type { WeightValues } from './initialise.ts';
import type { Net, Parameter, Weights } from './net.ts';

/** Tensors in the order of `parameters`; the caller disposes them. */
export function toTensors(tf: Core, parameters: readonly Parameter[], values: WeightValues): Tensor[] {
  // A copy: the backend may keep the array it is given.
  return parameters.map(({ name, shape }) => tf.tensor(values.get(name)!.slice(), [...shape], 'float32'));
}

export async function toValues(
  parameters: readonly Parameter[],
  tensors: readonly Tensor[],
): Promise<WeightValues> {
  const values = new Map<string, Float32Array>();
  for (const [i, { name }] of parameters.entries()) {
    values.set(name, (await tensors[i]!.data<'float32'>()).slice());
  }
  return values;
}

/** The first tensors of a list as the weights of the net. */
export function named(net: Net, tensors: readonly Tensor[]): Weights {
  return Object.fromEntries(net.parameters.map(({ name }, i) => [name, tensors[i]!]));
}

export const trainedOf = (net: Net): Parameter[] => net.parameters.filter(({ trained }) => trained);
