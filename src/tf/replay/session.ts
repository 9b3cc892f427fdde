/** A recorded graph, loaded and ready to run. */
import { createHash } from 'node:crypto';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { NativeBackend } from '../backend/binding.ts';
import { processState } from '../backend/core.ts';
import { encodeSavedModel, servingTag } from './encode.ts';
import type { Graph } from './graph.ts';

export class Session {
  private readonly model: number;
  private readonly inputNames: string;
  private readonly outputNames: string;

  constructor(
    private readonly backend: NativeBackend,
    graph: Graph,
  ) {
    const { binding } = backend;
    this.model = binding.loadSavedModel(inMemory(backend, encodeSavedModel(graph, binding)), servingTag);
    this.inputNames = graph.inputs.join(',');
    this.outputNames = graph.outputs.join(',');
  }

  /** Runs the graph: tensors of the recorded shapes in, new tensors out, in order. */
  run(inputs: readonly Tensor[]): Tensor[] {
    const { backend } = this;
    const ids = backend.getInputTensorIds(inputs);
    const handles = backend.binding.runSavedModel(this.model, ids, this.inputNames, this.outputNames);
    return handles.map((handle) => backend.createOutputTensor(handle));
  }

  dispose(): void {
    this.backend.binding.deleteSavedModel(this.model);
  }
}

/**
 * Puts a saved model where the binding can read it, and answers the folder. The binding reads folders only, but TensorFlow has
 * a file system in memory: no disk to be full, nothing to be left behind by a process that is killed. Its files cannot
 * be removed or replaced, so they are named by content, and equal graphs (cell after cell of a grid) share one.
 */
function inMemory({ binding }: NativeBackend, model: Uint8Array): string {
  const folder = `ram://ar-pipe/${createHash('sha256').update(model).digest('hex')}`;
  const { graphs } = processState();
  if (graphs.has(folder)) return folder;
  const text = (bytes: Uint8Array): number => binding.createTensor([], binding.TF_STRING, [bytes]);
  const operands = [text(Buffer.from(`${folder}/saved_model.pb`)), text(model)];
  try {
    binding.executeOp('WriteFile', [], operands, 0);
  } finally {
    for (const id of operands) binding.deleteTensor(id);
  }
  graphs.add(folder);
  return folder;
}
