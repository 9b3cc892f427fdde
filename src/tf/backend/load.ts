/** Loads the backend of this process, once. */
import { backendEnv, chooseBackend, type BackendChoice, type BackendName } from '../choose.ts';
import { processState, type Core, type Tf } from './core.ts';
import { registerGradients } from '../gradients/register.ts';
import { registerReplayable } from '../replay/kernels.ts';
import { startNative } from './native.ts';
import { startWasm } from './wasm.ts';

export interface LoadOptions {
  /** Instead of `AR_PIPE_BACKEND`. */
  readonly backend?: BackendName | 'auto';
  /** Threads of one operation instead of `AR_PIPE_THREADS`; 1 by default. Only the native backend has more than one. */
  readonly threads?: number;
}

/** Where a worker reads what was really loaded: the entries of `backendEnv`. */
const reported = Symbol.for('ar-pipe.backend');

/**
 * Loads the backend that `AR_PIPE_BACKEND` (auto, tensorflow, wasm, cpu) chooses, with `AR_PIPE_THREADS` threads. Later
 * calls answer the same object. Throws BackendUnavailable if a backend was asked for by name that is not there, and
 * an Error if this process has already loaded another one, or with another number of threads.
 */
export async function loadBackend(options: LoadOptions = {}): Promise<Tf> {
  const wanted = options.backend ?? process.env['AR_PIPE_BACKEND'];
  const threads = options.threads ?? threadsOf(process.env['AR_PIPE_THREADS']);
  const state = processState();
  const first = state.loading === undefined;
  state.loading ??= load(wanted, threads);
  let tf: Tf;
  try {
    tf = await state.loading;
  } catch (error) {
    if (first) delete state.loading;
    throw error;
  }
  state.loaded = tf;
  if (wanted && wanted !== 'auto' && wanted !== tf.name)
    throw otherwise(`backend ${wanted}`, `backend ${tf.name}`);
  if (tf.name === 'tensorflow' && tf.threads !== threads) {
    throw otherwise(`${threads} threads`, `${tf.threads}`);
  }
  return tf;
}

function otherwise(asked: string, loaded: string): Error {
  return new Error(
    `asked for ${asked}, but this process computes with ${loaded} already; use another process`,
  );
}

function threadsOf(text: string | undefined): number {
  if (text === undefined || text === '') return 1;
  const threads = Number(text);
  if (!Number.isInteger(threads) || threads < 1)
    throw new Error(`AR_PIPE_THREADS=${text} is not a number of threads (1, 2, …)`);
  return threads;
}

async function load(wanted: string | undefined, threads: number): Promise<Tf> {
  const tf: Core = await import('@tensorflow/tfjs-core');
  // The core package alone has no gradients; this one registers them, and the `cpu` backend.
  await import('@tensorflow/tfjs');
  // Silences advice that is meant for web developers.
  tf.enableProdMode();
  const choice = chooseBackend({ ...process.env, AR_PIPE_BACKEND: wanted });
  const used = await start(tf, choice, threads, wanted === undefined || wanted === '' || wanted === 'auto');
  registerGradients(tf);
  registerReplayable(tf);
  const report = globalThis as { [reported]?: Readonly<Record<string, string>> };
  report[reported] = backendEnv(used.choice, threads);
  const { name, version } = used.choice;
  return { tf, name, version, threads: name === 'tensorflow' ? threads : 1, isGpu: used.isGpu };
}

interface Used {
  readonly choice: BackendChoice;
  readonly isGpu: boolean;
}

async function start(tf: Core, choice: BackendChoice, threads: number, mayFallBack: boolean): Promise<Used> {
  if (choice.install) {
    try {
      const { isGpu } = await startNative(tf, choice.install, threads);
      return { choice: ranOn(choice, isGpu), isGpu };
    } catch (error) {
      if (!mayFallBack) throw error;
      console.error(`the native library does not open (${String(error)}); computing with WebAssembly`);
      return start(tf, chooseBackend({ AR_PIPE_BACKEND: 'wasm' }), threads, true);
    }
  }
  if (choice.name === 'wasm') {
    if (await startWasm(tf)) return { choice, isGpu: false };
    if (!mayFallBack) throw new Error('the WebAssembly backend does not start in this version of Node');
    console.error('WebAssembly does not start; computing with plain JavaScript');
    return start(tf, chooseBackend({ AR_PIPE_BACKEND: 'cpu' }), threads, false);
  }
  await tf.setBackend('cpu');
  return { choice, isGpu: false };
}

/** A card may be promised by the machine's files and yet refuse: what is reported is the device that computes. */
function ranOn(choice: BackendChoice, isGpu: boolean): BackendChoice {
  if ((choice.flavour === 'cuda') === isGpu) return choice;
  return chooseBackend({ ...process.env, AR_PIPE_BACKEND: 'tensorflow', CUDA_VISIBLE_DEVICES: '' });
}
