/** Starts TensorFlow.js's WebAssembly backend. */
import type { Core } from './core.ts';

const events = ['uncaughtException', 'unhandledRejection'] as const;

/** Registers backend `wasm` and makes it the current one; false where WebAssembly does not start. */
export async function startWasm(tf: Core): Promise<boolean> {
  const before = new Set<unknown>(events.flatMap((event) => process.rawListeners(event)));
  await import('@tensorflow/tfjs-backend-wasm');
  const started = await tf.setBackend('wasm');
  // It takes over what happens with errors of the whole process; that is the program's own business.
  for (const event of events) {
    for (const listener of process.rawListeners(event)) {
      if (!before.has(listener)) process.removeListener(event, listener as () => void);
    }
  }
  return started;
}
