/** Which backend a run computes with. Decided once per run from files alone: nothing numerical is loaded here. */
import { findInstall, type Install } from './native/installed.ts';
import { gpuModel, instructionSet } from './native/machine.ts';
import { tfjsVersion } from './native/recipe.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export type BackendName = 'tensorflow' | 'wasm' | 'cpu';

export interface BackendChoice {
  readonly name: BackendName;
  readonly version: string;
  /** Identity of the numerical code: digest of the native libraries as shipped, or package and version. */
  readonly digest: string;
  /** `cuda` only where a card is there and visible: the device that computes. */
  readonly flavour: 'cpu' | 'cuda';
  readonly arch: string;
  /** Instruction set, or the card's model: both change the last bits. */
  readonly isa: string;
  /** One line for people: what is used, and how to get a faster one. */
  readonly notice: string;
  /** Folder and record of the native library; null for the others. */
  readonly install: Install | null;
}

/** An explicitly asked for backend is not there, or the name is none. `hint` says what to do. */
export class BackendUnavailable extends Error {
  constructor(
    message: string,
    readonly hint: string,
  ) {
    super(message);
    this.name = 'BackendUnavailable';
  }
}

/**
 * Chooses by `AR_PIPE_BACKEND`: `auto` (default) takes the native library if it is installed, else WebAssembly;
 * `tensorflow`, `wasm` and `cpu` insist. Throws BackendUnavailable where that cannot be met.
 */
export function chooseBackend(env: Environment = process.env): BackendChoice {
  const wanted = env['AR_PIPE_BACKEND'] ?? '';
  switch (wanted) {
    case '':
    case 'auto': {
      const install = findInstall(env);
      return install
        ? native(install, env)
        : wasm('`ar-pipe setup` installs the native library, 3 to 5 times faster');
    }
    case 'tensorflow': {
      const install = findInstall(env);
      if (install) return native(install, env);
      throw new BackendUnavailable(
        'AR_PIPE_BACKEND=tensorflow, but the native library is not installed for this user and machine',
        'run `ar-pipe setup`, or unset AR_PIPE_BACKEND to compute with WebAssembly',
      );
    }
    case 'wasm':
      return wasm('asked for by AR_PIPE_BACKEND; unset it for the fastest that is installed');
    case 'cpu':
      return cpu;
    default:
      throw new BackendUnavailable(
        `AR_PIPE_BACKEND=${wanted} is not a backend`,
        'use auto, tensorflow, wasm or cpu',
      );
  }
}

function native(install: Install, env: Environment): BackendChoice {
  const { record } = install;
  const gpu = record.flavour === 'cuda' ? gpuModel(env) : null;
  const device = gpu ?? `${record.arch}, ${instructionSet()}`;
  const faster =
    !gpu && record.flavour === 'cpu' && gpuModel(env) ? '; `ar-pipe setup` adds the CUDA library' : '';
  return {
    name: 'tensorflow',
    version: record.version,
    digest: record.digest,
    flavour: gpu ? 'cuda' : 'cpu',
    arch: record.arch,
    isa: gpu ?? instructionSet(),
    notice: `computing with TensorFlow ${record.version} (native, ${device})${faster}`,
    install,
  };
}

function wasm(advice: string): BackendChoice {
  return {
    name: 'wasm',
    version: tfjsVersion,
    digest: `@tensorflow/tfjs-backend-wasm@${tfjsVersion}`,
    flavour: 'cpu',
    arch: 'wasm32',
    isa: 'simd',
    notice: `computing with TensorFlow.js ${tfjsVersion} (WebAssembly): ${advice}`,
    install: null,
  };
}

const cpu: BackendChoice = {
  name: 'cpu',
  version: tfjsVersion,
  digest: `@tensorflow/tfjs-backend-cpu@${tfjsVersion}`,
  flavour: 'cpu',
  arch: 'js',
  isa: 'js',
  notice: `computing with TensorFlow.js ${tfjsVersion} (plain JavaScript, for tests: about 70 times slower than native)`,
  install: null,
};

/**
 * The entries of a numerical step's key. Thread count changes how sums are split, so the bits; the portable backends
 * always compute with one.
 */
export function backendEnv(choice: BackendChoice, threads = 1): Record<string, string> {
  return {
    backend: choice.name,
    'backend.version': choice.version,
    'backend.digest': choice.digest,
    'backend.flavour': choice.flavour,
    'backend.arch': choice.arch,
    'backend.isa': choice.isa,
    'backend.threads': String(choice.name === 'tensorflow' ? threads : 1),
  };
}
