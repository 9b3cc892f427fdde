/**
 * What the native library is made of: TensorFlow's own wheel from PyPI (two libraries, 14 headers) and the C++ sources that
 * every copy of `@tensorflow/tfjs-node-gpu` carries. Everything that shapes the result is data here, and its digest names
 * the folder of an install: change a line and the next setup builds anew, beside the old one.
 */
import { createHash } from 'node:crypto';

export const tensorflowVersion = '2.21.0';
/** All TensorFlow.js packages are pinned to one version: they share one engine. */
export const tfjsVersion = '4.22.0';

export type Flavour = 'cpu' | 'cuda';

/** One wheel to fetch. `sha256` is null where only pip's own check against the index is available. */
export interface Wheel {
  readonly project: string;
  readonly version: string;
  readonly sha256: string | null;
  /** Size to fetch, in megabytes, for the notice. */
  readonly megabytes: number;
}

const cpuWheels: Readonly<Record<string, Wheel>> = {
  x64: {
    project: 'tensorflow-cpu',
    version: tensorflowVersion,
    sha256: '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
    megabytes: 274,
  },
  arm64: {
    project: 'tensorflow',
    version: tensorflowVersion,
    sha256: '4b24aca16d527a3cf1c37f720c04c484c3d20f4d0fdfa98632ac8b9f3be6eb5c',
    megabytes: 282,
  },
};

const cuda = (name: string, version: string, megabytes: number): Wheel => ({
  project: `nvidia-${name}-cu12`,
  version,
  sha256: null,
  megabytes,
});

/** TensorFlow with CUDA and the libraries it opens at run time (versions that `tensorflow[and-cuda]` picks). */
const cudaWheels: readonly Wheel[] = [
  {
    project: 'tensorflow',
    version: tensorflowVersion,
    sha256: '9056fbc9ba04235810b71ae6cbd958a196e8804fb53bbcffbf3e23b56155f124',
    megabytes: 572,
  },
  cuda('cublas', '12.9.3.13', 581),
  cuda('cuda-cupti', '12.9.79', 11),
  cuda('cuda-nvrtc', '12.9.86', 90),
  cuda('cuda-runtime', '12.9.79', 4),
  cuda('cudnn', '9.28.0.42', 717),
  cuda('cufft', '11.4.1.4', 201),
  cuda('curand', '10.3.10.19', 68),
  cuda('cusolver', '11.7.5.82', 338),
  cuda('cusparse', '12.5.10.65', 366),
  cuda('nccl', '2.32.3', 352),
  cuda('nvjitlink', '12.9.86', 40),
];

/** The wheels of one flavour, or null where TensorFlow publishes none for this kind of machine. */
export function wheelsFor(flavour: Flavour, platform: string, arch: string): readonly Wheel[] | null {
  if (platform !== 'linux') return null;
  if (flavour === 'cuda') return arch === 'x64' ? cudaWheels : null;
  const wheel = cpuWheels[arch];
  return wheel ? [wheel] : null;
}

/** Linked by the binding, in this order. They lie in `tensorflow/`, beside `nvidia/`, as their own search paths expect. */
export const libraries: readonly string[] = [
  'tensorflow/libtensorflow_cc.so.2',
  'tensorflow/libtensorflow_framework.so.2',
];

/** All that `g++ -M` lists below `tensorflow/include/`. */
export const headers: readonly string[] = [
  ...[
    'c_api',
    'c_api_macros',
    'tf_attrtype',
    'tf_buffer',
    'tf_datatype',
    'tf_status',
    'tf_tensor',
    'tf_tstring',
  ].map((name) => `tensorflow/c/${name}.h`),
  'tensorflow/c/eager/c_api.h',
  'tensorflow/core/platform/ctstring.h',
  'tensorflow/core/platform/ctstring_internal.h',
  'tsl/platform/ctstring.h',
  'tsl/platform/ctstring_internal.h',
  'xla/tsl/c/tsl_status.h',
].map((path) => `tensorflow/include/${path}`);

/** `$ORIGIN` keeps the finished folder movable: it is built in a temporary place and renamed. */
export const compilerFlags: readonly string[] = [
  '-std=c++17',
  '-O2',
  '-fPIC',
  '-shared',
  '-DNAPI_VERSION=8',
  '-DNODE_GYP_MODULE_NAME=tfjs_binding',
  '-DBUILDING_NODE_EXTENSION',
  '-Wl,-rpath,$ORIGIN/tensorflow',
];

export const bindingSources: readonly string[] = ['tfjs_backend.cc', 'tfjs_binding.cc'];

/** Name of the folder that holds an install of this recipe: readable in front, exact at the end. */
export function installName(flavour: Flavour, platform: string, arch: string): string {
  const recipe = JSON.stringify([
    tfjsVersion,
    wheelsFor(flavour, platform, arch),
    libraries,
    headers,
    compilerFlags,
  ]);
  const digest = createHash('sha256').update(recipe).digest('hex').slice(0, 12);
  return `tensorflow-${tensorflowVersion}-napi8-${platform}-${arch}-${flavour}-${digest}`;
}

/** Folder name of upstream's own prebuilt library, the second way. */
export function upstreamName(platform: string, arch: string): string {
  return `tfjs-${tfjsVersion}-prebuilt-napi8-${platform}-${arch}`;
}
