/** Weights that another program has trained: a PyTorch state_dict as a safetensors file. */
import { readSafetensors, type StoredTensor } from '../lib/safetensors.ts';
import type { WeightValues } from './initialise.ts';
import { shapeInPyTorch, toTensorFlow } from './layout.ts';
import type { Net } from './net.ts';

export type Tensors = ReadonlyMap<string, StoredTensor>;

/** What PyTorch counts beside every batch norm; no forward pass reads it. */
const counts = /(^|\.)num_batches_tracked$/;

/**
 * The file's tensors under the names of this project's nets.
 * @param rename prefixes of names in the file, and what stands for them here; of several that fit the longest counts
 * @throws an error naming the file where it is damaged, or where two tensors get one name
 */
export function readForeign(path: string, rename: Readonly<Record<string, string>>): Tensors {
  const prefixes = Object.keys(rename).sort((a, b) => b.length - a.length);
  const renamed = new Map<string, StoredTensor>();
  for (const [name, tensor] of readSafetensors(path, (name) => counts.test(name)).tensors) {
    const prefix = prefixes.find((start) => name.startsWith(start));
    const own = prefix === undefined ? name : rename[prefix]! + name.slice(prefix.length);
    if (renamed.has(own)) throw new Error(`two tensors of ${path} would be called '${own}'; look at rename`);
    renamed.set(own, tensor);
  }
  return renamed;
}

/**
 * The tensors as weights of the net, in TensorFlow's layout.
 * @throws one error that names the file and every tensor that is missing, surplus, misshapen, of another dtype, or not finite
 */
export function fitWeights(net: Net, tensors: Tensors, path: string): WeightValues {
  const wanted = new Map(
    net.parameters.map((parameter) => [parameter.name, shapeInPyTorch(parameter.shape)]),
  );
  const faults = [
    ...listed(
      'missing',
      [...wanted.keys()].filter((name) => !tensors.has(name)),
    ),
    ...listed(
      'not of this net',
      [...tensors.keys()].filter((name) => !wanted.has(name)),
    ),
    ...[...tensors].flatMap(([name, tensor]) => faultOf(name, tensor, wanted.get(name))),
  ];
  if (faults.length > 0) {
    throw new Error(
      `${path} does not fit the net:\n${faults.map((fault) => `  ${fault}\n`).join('')}` +
        'check net, height, width, channels and classes; rename gives other names to the tensors of the file',
    );
  }
  return new Map(
    net.parameters.map(({ name }) => {
      const { data, shape } = tensors.get(name)!;
      return [name, toTensorFlow(data as Float32Array, shape).data];
    }),
  );
}

const shownNames = 8;

function listed(what: string, names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const shown = names.slice(0, shownNames).map((name) => `'${name}'`);
  const more = names.length > shownNames ? ` and ${names.length - shownNames} more` : '';
  return [`${what}: ${shown.join(', ')}${more}`];
}

function faultOf(name: string, { dtype, shape, data }: StoredTensor, wanted: number[] | undefined): string[] {
  if (wanted === undefined) return [];
  if (dtype !== 'F32') return [`'${name}' is of dtype ${dtype}, not F32`];
  // Fixup's own code keeps its scalars as vectors of one.
  const scalar = wanted.length === 0 && shape.join() === '1';
  if (!scalar && shape.join() !== wanted.join())
    return [`'${name}' has shape [${shape.join(', ')}], not [${wanted.join(', ')}]`];
  const wrong = data.findIndex((value) => !Number.isFinite(value));
  return wrong < 0 ? [] : [`value ${wrong} of '${name}' is ${data[wrong]!}`];
}

/** Takes `normalise.mean` and `normalise.std` out of the tensors. @throws naming the file, and what is wrong with them */
export function takeConstants(
  tensors: Map<string, StoredTensor>,
  path: string,
): { mean: number[]; std: number[] } {
  const take = (part: string): number[] => {
    const name = `normalise.${part}`;
    const tensor = tensors.get(name);
    if (tensor?.dtype !== 'F32' || tensor.shape.length !== 1 || !tensor.data.every(Number.isFinite)) {
      throw new Error(
        `normalise is 'file', but ${path} has no '${name}' of finite F32 numbers, one a channel; give mean and std, or null`,
      );
    }
    tensors.delete(name);
    return [...tensor.data];
  };
  return { mean: take('mean'), std: take('std') };
}
