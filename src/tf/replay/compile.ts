/** Whole steps as one graph: recorded once per shape of the inputs, then replayed with one call into TensorFlow. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { NativeBackend } from '../backend/binding.ts';
import { core, processState, type Core } from '../backend/core.ts';
import type { Graph } from './graph.ts';
import { record } from './record.ts';
import { Session } from './session.ts';

export interface CompileOptions {
  /** For messages. */
  readonly name: string;
}

/** A step that replays. */
export interface Compiled<I extends readonly Tensor[], O extends readonly Tensor[]> {
  (inputs: I): O;
  /** Frees all recordings; the next call records again. */
  dispose(): void;
  /** For how many shapes of inputs there is a recording that replays. */
  recordings(): number;
}

/**
 * Makes a function of tensors fast: its first call with inputs of some shapes runs it operation by operation and records
 * that, later calls with inputs of those shapes replay the recording as one graph (about 0.8 of the time). The results are the
 * same, bit for bit: the first replay is compared with the recorded run, and should they ever differ, the function is
 * simply called.
 *
 * What a replay repeats is everything that is not an input: JavaScript numbers, conditions and loops are those of
 * the recorded call. So weights, random starts, step sizes and learning rates that change are inputs. Throws NotRecordable
 * if the function uses a tensor that is no input, reads values, or draws random numbers. It must not dispose its inputs.
 *
 * On WebAssembly, plain JavaScript and a GPU (where inputs would be copied at every call), inside `tf.grad` and
 * inside another recording it simply calls the function. The outputs are the caller's to dispose (or `tf.tidy`'s).
 */
export function compile<I extends readonly Tensor[], O extends readonly Tensor[]>(
  step: (inputs: I) => O,
  { name }: CompileOptions,
): Compiled<I, O> {
  /** Session by shapes; null where replaying gave other bits. */
  const sessions = new Map<string, Session | null>();

  const call = (inputs: I): O => {
    const tf = core();
    const plainly = (given: I): O =>
      tf.tidy(() => ownTensors(tf, step(given), given) as Tensor[]) as unknown as O;
    if (!canReplay(tf)) return plainly(inputs);
    const key = inputs.map(({ dtype, shape }) => `${dtype}[${shape.join()}]`).join();
    const session = sessions.get(key);
    if (session) return session.run(inputs) as unknown as O;
    if (session === null) return plainly(inputs);
    const { graph, outputs } = whileRecording(() => record(tf, name, plainly, inputs));
    sessions.set(key, confirmed(tf, name, graph, inputs, outputs));
    return outputs;
  };

  const dispose = () => {
    for (const session of sessions.values()) session?.dispose();
    sessions.clear();
  };
  // A stage that failed before it disposed must not leave graphs in a warm worker for ever.
  forgotten.register(call, dispose);
  return Object.assign(call, {
    dispose,
    recordings: () => [...sessions.values()].filter((session) => session !== null).length,
  });
}

const forgotten = new FinalizationRegistry((dispose: () => void) => {
  dispose();
});

/** Outputs are new tensors, one each, so that the caller may dispose them without a thought. */
function ownTensors(tf: Core, outputs: readonly Tensor[], inputs: readonly Tensor[]): readonly Tensor[] {
  const taken = new Set(inputs);
  return outputs.map((tensor) => {
    const own = taken.has(tensor) ? tf.clone(tensor) : tensor;
    taken.add(own);
    return own;
  });
}

let recording = false;

function whileRecording<T>(work: () => T): T {
  recording = true;
  try {
    return work();
  } finally {
    recording = false;
  }
}

function canReplay(tf: Core): boolean {
  if (recording || tf.getBackend() !== 'tensorflow' || processState().loaded?.isGpu === true) return false;
  // A gradient tape must see every operation.
  const { state } = tf.engine() as unknown as { state: { gradientDepth: number } };
  return state.gradientDepth === 0;
}

/** A session that gave the expected bits, or null: then the step stays as slow as it was, and the log says why. */
function confirmed(
  tf: Core,
  name: string,
  graph: Graph,
  inputs: readonly Tensor[],
  expected: readonly Tensor[],
): Session | null {
  let session: Session;
  try {
    session = new Session(tf.backend() as unknown as NativeBackend, graph);
  } catch (error) {
    console.warn(
      `compile('${name}'): the recording cannot be loaded, so the function is called instead (${String(error)})`,
    );
    return null;
  }
  const replayed = session.run(inputs);
  const same = replayed.every((tensor, k) => sameBits(tensor, expected[k]!));
  tf.dispose(replayed);
  if (same) return session;
  session.dispose();
  console.warn(`compile('${name}'): the replay gives other bits, so the function is called instead`);
  return null;
}

function sameBits(a: Tensor, b: Tensor): boolean {
  const [x, y] = [a.dataSync(), b.dataSync()].map((v) => Buffer.from(v.buffer, v.byteOffset, v.byteLength));
  return a.dtype === b.dtype && a.shape.join() === b.shape.join() && x!.equals(y!);
}
