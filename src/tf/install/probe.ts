/** Loads a freshly built binding in a process of its own, and computes with it: only what ran counts as installed. */
import { execa } from 'execa';
import { InstallProblem } from './problem.ts';

const program = `
  const loaded = { exports: {} };
  process.dlopen(loaded, process.argv[1]);
  const tf = loaded.exports;
  const one = tf.createTensor([2], tf.TF_FLOAT, new Float32Array([1, 2]));
  const [sum] = tf.executeOp('AddV2', [{ name: 'T', type: tf.TF_ATTR_TYPE, value: tf.TF_FLOAT }], [one, one], 1);
  if (tf.tensorDataSync(sum.id).join() !== '2,4') throw new Error('1 + 1 is not 2');
  process.stdout.write(JSON.stringify({ version: tf.TF_Version, gpu: tf.isUsingGpuDevice() }));
`;

export interface BindingFacts {
  /** TensorFlow's version as the library says it. */
  readonly version: string;
  readonly gpu: boolean;
}

/** Throws InstallProblem with the loader's own words (a missing symbol, an old C library) where the binding does not run. */
export async function probeBinding(path: string): Promise<BindingFacts> {
  const { failed, stdout, stderr } = await execa(process.execPath, ['--eval', program, path], {
    reject: false,
    env: { TF_CPP_MIN_LOG_LEVEL: '3', TF_FORCE_GPU_ALLOW_GROWTH: 'true' },
    timeout: 120_000,
  });
  if (failed) {
    const reason = stderr.split('\n').find((line) => line.startsWith('Error:')) ?? stderr.slice(-300);
    throw new InstallProblem(
      `the native library does not load here: ${reason.replace(/^Error:\s*/, '')}`,
      'it needs Linux with glibc 2.27 or newer',
    );
  }
  return JSON.parse(stdout) as BindingFacts;
}
