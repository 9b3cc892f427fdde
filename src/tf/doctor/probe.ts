/** What the backend of this process is and how fast it convolves, for `ar-pipe doctor`. */
import type { Rank } from '@tensorflow/tfjs-core';
import type { BackendName } from '../choose.ts';
import type { Core } from '../backend/core.ts';
import { loadBackend } from '../backend/load.ts';

export interface BackendFacts {
  readonly backend: BackendName;
  readonly version: string;
  readonly threads: number;
  readonly gpu: boolean;
  /** Billions of floating-point operations per second of a 3x3 convolution, batch 128: the two shapes a small ResNet spends its time in. */
  readonly gflops: {
    readonly '32x32, 16 to 16 channels': number;
    readonly '8x8, 64 to 64 channels': number;
  };
}

/** Loads the backend and measures for about a second. Meant for a process that ends afterwards. */
export async function probeBackend(): Promise<BackendFacts> {
  const { tf, name, version, threads, isGpu } = await loadBackend();
  return {
    backend: name,
    version,
    threads,
    gpu: isGpu,
    gflops: {
      '32x32, 16 to 16 channels': convolutionSpeed(tf, 32, 16),
      '8x8, 64 to 64 channels': convolutionSpeed(tf, 8, 64),
    },
  };
}

/** The fastest of a few runs, at most about half a second of them: other jobs only ever slow a run down. */
function convolutionSpeed(tf: Core, size: number, channels: number): number {
  const batch = 128;
  const operations = 2 * batch * size * size * channels * channels * 9;
  return tf.tidy(() => {
    const x = tf.ones<Rank.R4>([batch, size, size, channels]);
    const filter = tf.ones<Rank.R4>([3, 3, channels, channels]);
    const run = (): number => {
      const started = performance.now();
      tf.tidy(() => tf.sum(tf.conv2d(x, filter, 1, 'same')).dataSync()[0]);
      return performance.now() - started;
    };
    // The first run prepares kernels and memory.
    let fastest = run();
    const deadline = performance.now() + 500;
    for (let k = 0; k < 20 && performance.now() < deadline; k++) fastest = Math.min(fastest, run());
    return Math.round(operations / fastest / 1e5) / 10;
  });
}
