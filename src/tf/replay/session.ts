/** A recorded graph, loaded and ready to run. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { NativeBackend } from '../backend/binding.ts';
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
    // The binding reads graphs from a folder only; once loaded, the folder has served.
    const folder = mkdtempSync(join(tmpdir(), 'ar-pipe-graph-'));
    try {
      writeFileSync(join(folder, 'saved_model.pb'), encodeSavedModel(graph, backend.binding));
      this.model = backend.binding.loadSavedModel(folder, servingTag);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
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
