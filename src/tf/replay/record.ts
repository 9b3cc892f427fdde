/** Records what a function asks TensorFlow to do while it runs, as a graph. */
import type { DataId, Tensor, TensorInfo } from '@tensorflow/tfjs-core';
import type { Binding, NativeBackend } from '../backend/binding.ts';
import type { Core } from '../backend/core.ts';
import { type } from '../gradients/attributes.ts';
import type { Edge, Graph, GraphNode } from './graph.ts';

/** The function did something that a recording cannot repeat. The message says what and what to do instead. */
export class NotRecordable extends Error {
  /** @param noticedIn where recording noticed it: the stack starts below, so that its first lines are the function's own */
  constructor(step: string, what: string, noticedIn?: (...args: never) => unknown) {
    super(`compile('${step}'): ${what}`);
    this.name = 'NotRecordable';
    Error.captureStackTrace(this, noticedIn ?? NotRecordable);
  }
}

const reads =
  'it reads values of a tensor (dataSync, arraySync, print, …); a replay has no values to branch on';
const draws =
  'it draws random numbers, which every replay would repeat; draw them outside and pass them as an input';

/** Backend with the methods through which tensors come into being and are read. */
interface Recordable extends NativeBackend {
  move(data: DataId, values: unknown, shape: number[], dtype: string, references: number): void;
}

export interface Recording<O> {
  readonly graph: Graph;
  /** What the function gave, computed operation by operation. */
  readonly outputs: O;
}

/** Runs `step` once on `inputs` and records it. Throws NotRecordable. */
export function record<I extends readonly Tensor[], O extends readonly Tensor[]>(
  tf: Core,
  name: string,
  step: (inputs: I) => O,
  inputs: I,
): Recording<O> {
  const backend = tf.backend() as unknown as Recordable;
  const recorder = new Recorder(name, backend);
  const distinct = distinctInputs(backend, inputs);
  recorder.declare(distinct);
  const restore = recorder.listen();
  try {
    const outputs = step(distinct as unknown as I);
    return { graph: recorder.finish(outputs), outputs };
  } finally {
    restore();
    tf.dispose(distinct.filter((tensor, k) => tensor !== inputs[k]));
  }
}

/** Two inputs may be one tensor this time (a start that is the picture itself), and two the next: each gets a handle of its own. */
function distinctInputs(backend: Recordable, inputs: readonly Tensor[]): readonly Tensor[] {
  const taken = new Set<number>();
  const ids = backend.getInputTensorIds(inputs);
  return inputs.map((tensor, k) => {
    const id = ids[k]!;
    if (!taken.has(id)) {
      taken.add(id);
      return tensor;
    }
    return backend.executeSingleOutput('Identity', [type(backend, 'T', tensor.dtype)], [tensor]);
  });
}

class Recorder {
  private readonly nodes: GraphNode[] = [];
  private readonly inputs: Edge[] = [];
  /** Where the tensor with this number of the binding's comes from. */
  private readonly edges = new Map<number, Edge>();
  /** Data that the function itself made of JavaScript numbers. */
  private readonly madeHere = new WeakSet();

  constructor(
    private readonly name: string,
    private readonly backend: Recordable,
  ) {}

  declare(inputs: readonly Tensor[]): void {
    const { backend } = this;
    for (const [k, id] of backend.getInputTensorIds(inputs).entries()) {
      const input = inputs[k]!;
      const node = `i${k}`;
      this.nodes.push({
        kind: 'input',
        name: node,
        dtype: backend.getDTypeInteger(input.dtype),
        shape: input.shape,
      });
      this.inputs.push(`${node}:0`);
      this.edges.set(id, `${node}:0`);
    }
  }

  /** Puts itself between TensorFlow.js and the binding; the answer undoes that. */
  listen(): () => void {
    const { backend } = this;
    const { binding } = backend;
    const methods = Object.getPrototypeOf(backend) as Recordable;
    const own = Object.getOwnPropertyDescriptor(Math, 'random')!;

    const readSync: Recordable['readSync'] = (data) => {
      if (!this.madeHere.has(data)) throw this.refusal(reads, readSync);
      return methods.readSync.call(backend, data);
    };
    const getInputTensorIds: Recordable['getInputTensorIds'] = (tensors) => {
      this.requireKnown(tensors, getInputTensorIds);
      return methods.getInputTensorIds.call(backend, tensors);
    };
    const random = (): never => {
      throw this.refusal(draws, random);
    };
    backend.binding = this.listening(binding);
    backend.move = (data, ...rest) => {
      this.madeHere.add(data);
      methods.move.call(backend, data, ...rest);
    };
    Object.assign(backend, { readSync, getInputTensorIds });
    Math.random = random;
    return () => {
      backend.binding = binding;
      // Own properties shadowed the methods of the class.
      for (const method of ['move', 'readSync', 'getInputTensorIds'] as const)
        Reflect.deleteProperty(backend, method);
      // The very function that was there: a worker checks that its own is.
      Object.defineProperty(Math, 'random', own);
    };
  }

  private listening(binding: Binding): Binding {
    const executeOp: Binding['executeOp'] = (op, attributes, ids, outputs) => {
      const handles = binding.executeOp(op, attributes, ids, outputs);
      const node = `n${this.nodes.length}`;
      this.nodes.push({
        kind: 'operation',
        name: node,
        op,
        inputs: ids.map((id) => this.edge(id)),
        attributes,
        outputs: handles.map(({ dtype, shape }) => ({ dtype, shape })),
      });
      for (const [k, { id }] of handles.entries()) this.edges.set(id, `${node}:${k}`);
      return handles;
    };
    const createTensor: Binding['createTensor'] = (shape, dtype, values) => {
      if (!ArrayBuffer.isView(values))
        throw this.refusal('it makes a tensor of strings; compute those outside', createTensor);
      const id = binding.createTensor(shape, dtype, values);
      const node = `c${this.nodes.length}`;
      const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength).slice();
      this.nodes.push({ kind: 'constant', name: node, dtype, shape: [...shape], bytes });
      this.edges.set(id, `${node}:0`);
      return id;
    };
    // The binding's own properties are read-only and hidden: they are shadowed, not copied.
    return Object.create(binding, {
      executeOp: { value: executeOp },
      createTensor: { value: createTensor },
    }) as Binding;
  }

  /** Inputs and what the function made itself are known; a tensor from outside would silently become a constant. */
  private requireKnown(tensors: readonly TensorInfo[], noticedIn: (...args: never) => unknown): void {
    const { tensorMap } = this.backend as unknown as {
      tensorMap: { get(data: DataId): { id: number; values: unknown } };
    };
    for (const tensor of tensors) {
      // Int64 scalars, which TensorFlow.js makes for some operations, are plain numbers.
      if (!('dataId' in tensor)) continue;
      const { id, values } = tensorMap.get(tensor.dataId);
      if (values === null ? this.edges.has(id) : this.madeHere.has(tensor.dataId)) continue;
      const shape = `${tensor.dtype} [${tensor.shape.join(', ')}]`;
      throw this.refusal(
        `it uses a tensor (${shape}) that is none of its inputs; pass every tensor from outside as an input`,
        noticedIn,
      );
    }
  }

  private edge(id: number): Edge {
    const edge = this.edges.get(id);
    if (edge === undefined)
      throw this.refusal(
        'it uses a tensor that is none of its inputs; pass every tensor from outside as an input',
      );
    return edge;
  }

  private refusal(what: string, noticedIn?: (...args: never) => unknown): NotRecordable {
    return new NotRecordable(this.name, what, noticedIn);
  }

  /** An output may be an input or appear twice: each gets a node of its own, which costs nothing. */
  finish(outputs: readonly Tensor[]): Graph {
    const { backend } = this;
    const ids = backend.getInputTensorIds(outputs);
    const edges = ids.map((id, k): Edge => {
      const name = `o${k}`;
      const { dtype, shape } = outputs[k]!;
      this.nodes.push({
        kind: 'operation',
        name,
        op: 'Identity',
        inputs: [this.edge(id)],
        attributes: [type(backend, 'T', dtype)],
        outputs: [{ dtype: backend.getDTypeInteger(dtype), shape }],
      });
      return `${name}:0`;
    });
    return { nodes: this.nodes, inputs: this.inputs, outputs: edges };
  }
}
