/** Whole steps as one graph: recorded once per shape of the inputs, then replayed with one call into TensorFlow. */
import type { Tensor } from '@tensorflow/tfjs-core';
import { core, processState, type Core } from '../backend/core.ts';
import { record } from './record.ts';
import { Replay } from './replay.ts';

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
 * same, bit for bit: replays are compared with the function itself, at the first call and ever more rarely after it (see
 * `Replay`), and should they ever differ, the function is simply called.
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
  /** By types and shapes of the inputs. */
  const replays = new Map<string, Replay>();

  const call = (inputs: I): O => {
    const tf = core();
    const plainly = (given: I): O =>
      tf.tidy(() => ownTensors(tf, step(given), given) as Tensor[]) as unknown as O;
    if (!canReplay(tf)) return plainly(inputs);
    const key = inputs.map(({ dtype, shape }) => `${dtype}[${shape.join()}]`).join();
    const replay = replays.get(key);
    if (replay) return replay.run(inputs, (given) => plainly(given as I)) as unknown as O;
    const { graph, outputs } = whileRecording(() => record(tf, name, plainly, inputs));
    replays.set(key, new Replay(tf, name, graph, inputs, outputs));
    return outputs;
  };

  const dispose = () => {
    for (const replay of replays.values()) replay.dispose();
    replays.clear();
  };
  // A stage that failed before it disposed must not leave graphs in a warm worker for ever.
  forgotten.register(call, dispose);
  return Object.assign(call, {
    dispose,
    recordings: () => [...replays.values()].filter((replay) => replay.replays).length,
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
