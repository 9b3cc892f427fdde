/** Starts TensorFlow inside TensorFlow.js from the library that setup installed; node_modules stays untouched. */
import { join } from 'node:path';
import type { Install } from '../native/installed.ts';
import { instructionSet } from '../native/machine.ts';
import type { Binding } from './binding.ts';
import type { Core } from './core.ts';

/** Reads its settings from the environment when it is opened, so they are set before. */
export function configureNative(env: NodeJS.ProcessEnv, threads: number, isa = instructionSet()): void {
  env['TF_NUM_INTRAOP_THREADS'] = String(threads);
  // Replayed graphs would else run independent operations on more cores than the job was given.
  env['TF_NUM_INTEROP_THREADS'] = String(threads);
  // With AVX2 oneDNN takes 0.6 of the time. TensorFlow itself switches it on by finer features (AVX-VNNI, AVX512-VNNI) than the
  // instruction set in a key, so that machines of one key would give other bits.
  if (isa === 'avx2' || isa === 'avx512') env['TF_ENABLE_ONEDNN_OPTS'] ??= '1';
  env['TF_CPP_MIN_LOG_LEVEL'] ??= '3';
  // Else the first process takes all the memory of a card.
  env['TF_FORCE_GPU_ALLOW_GROWTH'] ??= 'true';
}

/** Registers backend `tensorflow` and makes it the current one. Throws the loader's error where the library does not open. */
export async function startNative(tf: Core, install: Install, threads: number): Promise<{ isGpu: boolean }> {
  configureNative(process.env, threads);
  const opened = { exports: {} };
  process.dlopen(opened, join(install.folder, install.record.binding));
  const binding = opened.exports as Binding;
  const { NodeJSKernelBackend } = await import('@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.js');
  await import('@tensorflow/tfjs-node-gpu/dist/register_all_kernels.js');
  tf.registerBackend(
    'tensorflow',
    () => new NodeJSKernelBackend(binding as never, '@tensorflow/tfjs-node-gpu'),
    3,
  );
  if (!(await tf.setBackend('tensorflow'))) throw new Error('TensorFlow.js refused the native backend');
  return { isGpu: binding.isUsingGpuDevice() };
}
