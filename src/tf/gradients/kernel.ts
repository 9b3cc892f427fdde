/**
 * Operations that TensorFlow.js lacks, in two forms under one name: one native operation of TensorFlow, and the same
 * formula composed of ordinary ones for the portable backends. Gradients are written once, on top of the name.
 */
import type { Attribute, KernelConfig, KernelFunc, NamedTensorMap, Tensor } from '@tensorflow/tfjs-core';
import type { NativeBackend } from '../backend/binding.ts';
import type { Core } from '../backend/core.ts';

export type Attributes = Readonly<Record<string, Attribute>>;

/** One form of an operation: tensors by name in, tensors in order out. */
export type Compute = (
  inputs: NamedTensorMap,
  attrs: Attributes,
  backend: NativeBackend,
) => Tensor | Tensor[];

export interface Operation {
  readonly name: string;
  readonly native: Compute;
  readonly composed: Compute;
}

const portable = ['wasm', 'cpu'] as const;

function asKernel(tf: Core, compute: Compute): KernelFunc {
  // Inside a tidy: what the formula needs in between is freed at once.
  return ({ inputs, attrs, backend }) =>
    tf.tidy(() => compute(inputs as NamedTensorMap, (attrs ?? {}) as Attributes, backend as NativeBackend));
}

/** Makes `compute` the kernel of that name on one backend, in place of another if there is one. */
export function registerOn(tf: Core, backendName: string, name: string, compute: Compute): void {
  const present = tf.getKernel(name, backendName) as KernelConfig | undefined;
  if (present) tf.unregisterKernel(name, backendName);
  tf.registerKernel({ kernelName: name, backendName, kernelFunc: asKernel(tf, compute) });
}

/** Puts `compute` before the kernel of that name on one backend, which gets what `compute` leaves to it by answering null. */
export function registerBefore(
  tf: Core,
  backendName: string,
  name: string,
  compute: (inputs: NamedTensorMap, attrs: Attributes) => Tensor | null,
): void {
  const present = tf.getKernel(name, backendName) as KernelConfig | undefined;
  if (!present) return;
  tf.unregisterKernel(name, backendName);
  tf.registerKernel({
    ...present,
    kernelFunc: (params) =>
      compute(params.inputs as NamedTensorMap, params.attrs ?? {}) ?? present.kernelFunc(params),
  });
}

export function registerOperation(tf: Core, { name, native, composed }: Operation): void {
  registerOn(tf, 'tensorflow', name, native);
  for (const backendName of portable) registerOn(tf, backendName, name, composed);
}

/** Runs an operation by name on the current backend; the gradient tape sees it. Answers its outputs in order. */
export function run(
  tf: Core,
  name: string,
  inputs: Readonly<Record<string, Tensor>>,
  attrs: Attributes = {},
): readonly Tensor[] {
  const outputs: Tensor | Tensor[] = tf.engine().runKernel(name, { ...inputs }, { ...attrs });
  return Array.isArray(outputs) ? outputs : [outputs];
}
