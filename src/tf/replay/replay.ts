/** The recording of a step for inputs of one shape, held to the step's own results. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { NativeBackend } from '../backend/binding.ts';
import type { Core } from '../backend/core.ts';
import type { Graph } from './graph.ts';
import { Session } from './session.ts';
import { unfused } from './unfused.ts';

/** Computes the step operation by operation. */
export type Plainly = (inputs: readonly Tensor[]) => readonly Tensor[];

/** Ways to hand a recorded graph to TensorFlow, fastest first. */
const forms: readonly ((graph: Graph, backend: NativeBackend) => Graph)[] = [
  (graph) => graph,
  (graph, { binding }) => unfused(graph, binding),
];

/**
 * Replays as long as that gives the bits of the step itself. Both are computed and compared at the recording and at every
 * 4th, 16th, 64th, … call: weights change, and where a net begins with zeros (Fixup's last layers) the first call says little.
 * Where they differ the graph is tried in its next form, and in the end the step is simply called: always the same at the same
 * call, so that results repeat.
 */
export class Replay {
  private session: Session | null = null;
  private form = -1;
  private calls = 1;
  private check = 4;

  /** @param expected what the step gave for these inputs when it was recorded */
  constructor(
    private readonly tf: Core,
    private readonly name: string,
    private readonly graph: Graph,
    inputs: readonly Tensor[],
    expected: readonly Tensor[],
  ) {
    this.descend(inputs, expected);
  }

  /** Whether calls are replayed. */
  get replays(): boolean {
    return this.session !== null;
  }

  run(inputs: readonly Tensor[], plainly: Plainly): readonly Tensor[] {
    if (this.session === null) return plainly(inputs);
    const outputs = this.session.run(inputs);
    if (++this.calls < this.check) return outputs;
    this.check *= 4;
    const expected = plainly(inputs);
    if (same(outputs, expected)) {
      this.tf.dispose([...expected]);
      return outputs;
    }
    this.tf.dispose(outputs);
    this.descend(inputs, expected);
    return expected;
  }

  dispose(): void {
    this.session?.dispose();
    this.session = null;
  }

  /** Goes on to the next form that gives what is expected, or to none. */
  private descend(inputs: readonly Tensor[], expected: readonly Tensor[]): void {
    this.dispose();
    while (++this.form < forms.length) {
      try {
        this.session = new Session(this.backend, forms[this.form]!(this.graph, this.backend));
        const outputs = this.session.run(inputs);
        const agrees = same(outputs, expected);
        this.tf.dispose(outputs);
        if (agrees) return;
      } catch (error) {
        console.warn(`compile('${this.name}'): the recording cannot be replayed (${String(error)})`);
      }
      this.dispose();
    }
    console.warn(
      `compile('${this.name}'): replaying gives other bits, so the function is called instead, which takes longer`,
    );
  }

  private get backend(): NativeBackend {
    return this.tf.backend() as unknown as NativeBackend;
  }
}

const same = (a: readonly Tensor[], b: readonly Tensor[]): boolean =>
  a.every((tensor, k) => sameBits(tensor, b[k]!));

function sameBits(a: Tensor, b: Tensor): boolean {
  const [x, y] = [a.dataSync(), b.dataSync()].map((v) => Buffer.from(v.buffer, v.byteOffset, v.byteLength));
  return a.dtype === b.dtype && a.shape.join() === b.shape.join() && x!.equals(y!);
}
