/** Nets that are measured, as both sides read them: a weights file, pictures by formula, and sizes. */
import { join } from 'node:path';
import { RandomStream } from '../../stages/lib/random.ts';
import { netSchema, type Architecture } from '../../stages/nets/architecture.ts';
import { buildNet } from '../../stages/nets/build.ts';
import { writeWeights } from '../../stages/nets/weights-file.ts';
import { initialState } from '../../stages/training/state.ts';

export interface Case {
  readonly title: string;
  readonly architecture: Architecture;
  readonly batch: number;
  /** Steps of PGD. */
  readonly steps: number;
  /** File of the weights it starts from. */
  readonly weights: string;
}

const sized = (net: object, size: number, channels: number): Architecture => ({
  ...{ net: netSchema.parse(net), height: size, width: size, channels, classes: 10 },
  normalise: { mean: Array<number>(channels).fill(0.5), std: Array<number>(channels).fill(0.25) },
});

const known: Record<string, Omit<Case, 'weights'>> = {
  quick: {
    title: 'ResNet-8, 28x28x1, batch 12',
    architecture: sized({ kind: 'fixup-resnet', depth: 8, stem: 'he' }, 28, 1),
    ...{ batch: 12, steps: 3 },
  },
  'resnet-20': {
    title: 'ResNet-20, 32x32, batch 128',
    architecture: sized({ kind: 'fixup-resnet', depth: 20 }, 32, 3),
    ...{ batch: 128, steps: 1 },
  },
  'resnet-56': {
    title: 'ResNet-56, 32x32, batch 128',
    architecture: sized({ kind: 'fixup-resnet', depth: 56 }, 32, 3),
    ...{ batch: 128, steps: 1 },
  },
  wrn: {
    title: 'WRN bottleneck with batch norm, 64x64, batch 16',
    architecture: sized({ kind: 'wrn-bottleneck', units: [1, 1, 1, 1], base: 16 }, 64, 3),
    ...{ batch: 16, steps: 1 },
  },
};

/** Writes the weights into `folder`. None is zero, as after some training: Fixup's zero layers would have no gradients. */
export function prepareCase(name: string, folder: string): Case {
  const found = known[name];
  if (!found) throw new Error(`--cases ${name} is none of ${Object.keys(known).join(', ')}`);
  const net = buildNet(found.architecture);
  const { weights } = initialState(net, 1);
  const stream = new RandomStream(1, 'noise', [0, 0]);
  for (const [part, values] of weights) {
    if (part.endsWith('running_mean')) continue;
    for (const [i, value] of values.entries()) if (value === 0) values[i] = 0.1 * (stream.uniform() - 0.5);
  }
  const path = join(folder, `${name}.safetensors`);
  writeWeights(path, found.architecture, weights);
  return { ...found, weights: path };
}

/** Bytes of the pictures, the same formula as in twin.py: row-major [count, h, w, c]. */
export function pictureBytes(values: number): Uint8Array {
  return Uint8Array.from({ length: values }, (_, i) => Math.imul(i + 1, 2654435761) >>> 24);
}
