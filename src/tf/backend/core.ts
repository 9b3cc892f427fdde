/** The one TensorFlow.js of this process. Stage bundles carry their own copy of this code, so it is kept process-wide. */
import type * as TfCore from '@tensorflow/tfjs-core';
import type { BackendName } from '../choose.ts';

/** The API of TensorFlow.js (tensors, ops, gradients). */
export type Core = typeof TfCore;

/** A loaded backend: what it is, and the API to compute with. */
export interface Tf {
  readonly tf: Core;
  readonly name: BackendName;
  /** TensorFlow's version, or TensorFlow.js's for `wasm` and `cpu`. */
  readonly version: string;
  /** Threads of one operation. They change the last bits of sums. */
  readonly threads: number;
  readonly isGpu: boolean;
}

interface Process {
  loading?: Promise<Tf>;
  loaded?: Tf;
  /** Folders of recorded graphs in TensorFlow's own memory. */
  readonly graphs: Set<string>;
}

const slot = Symbol.for('ar-pipe.tf');

/** What is loaded in this process, or being loaded. */
export function processState(): Process {
  const holder = globalThis as unknown as Record<symbol, Process | undefined>;
  return (holder[slot] ??= { graphs: new Set() });
}

/** The loaded API. Throws if `loadBackend` has not been awaited before. */
export function core(): Core {
  const { loaded } = processState();
  if (!loaded)
    throw new Error("no backend is loaded: `await loadBackend()` of 'ar-pipe/tf' before computing");
  return loaded.tf;
}
