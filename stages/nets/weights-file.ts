/**
 * A trained net on disk: a safetensors file with every parameter under its own name, in PyTorch's layout, and in the
 * metadata the architecture. Where the net normalises its input, `normalise.mean` and `normalise.std` are there too.
 */
import { readSafetensors, stored, tensorOf, writeSafetensors } from '../lib/safetensors.ts';
import { architectureSchema, type Architecture } from './architecture.ts';
import { buildNet } from './build.ts';
import type { WeightValues } from './initialise.ts';
import { toPyTorch, toTensorFlow } from './layout.ts';
import type { Net } from './net.ts';

const format = 'ar-pipe/weights/1';

export interface TrainedNet {
  readonly architecture: Architecture;
  readonly net: Net;
  /** In TensorFlow's layout, in the order of `net.parameters`. */
  readonly weights: WeightValues;
}

export function writeWeights(path: string, architecture: Architecture, weights: WeightValues): void {
  const tensors = buildNet(architecture).parameters.map(({ name, shape }) => {
    const values = toPyTorch(weights.get(name)!, shape);
    return [name, stored(values.data, values.shape)] as const;
  });
  const { normalise } = architecture;
  const constants =
    normalise === null
      ? []
      : ([
          ['normalise.mean', stored(Float32Array.from(normalise.mean))],
          ['normalise.std', stored(Float32Array.from(normalise.std))],
        ] as const);
  writeSafetensors(path, [...tensors, ...constants], {
    format,
    layout: 'pytorch',
    architecture: JSON.stringify(architecture),
  });
}

/** @throws an error naming the file where it is not such a file, or lacks a parameter, or one has another shape. */
export function readWeights(path: string): TrainedNet {
  const file = readSafetensors(path);
  if (file.metadata['format'] !== format || file.metadata['architecture'] === undefined) {
    throw new Error(
      `${path} does not describe its net; write it with the train stage, or import it with its architecture`,
    );
  }
  const architecture = architectureSchema.parse(JSON.parse(file.metadata['architecture']));
  const net = buildNet(architecture);
  const weights = new Map<string, Float32Array>();
  for (const { name, shape } of net.parameters) {
    const tensor = tensorOf(file, name, 'F32', path);
    const values = toTensorFlow(tensor.data, tensor.shape);
    if (values.shape.join() !== shape.join()) {
      throw new Error(
        `'${name}' in ${path} has shape [${tensor.shape.join(', ')}], which does not fit the net`,
      );
    }
    weights.set(name, values.data);
  }
  return { architecture, net, weights };
}
