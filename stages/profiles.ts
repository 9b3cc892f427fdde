/** Scales of the study, as plain data: which pictures, which nets, how long. Printed on every figure, told in docs/profiles.md. */
import type * as z from 'zod';
import type { ImportParams } from './data/import.ts';
import type { fixupResNetSchema } from './nets/architecture.ts';
import type train from './train.ts';

type TrainParams = z.input<NonNullable<(typeof train)['params']>>;

/** Where a data set comes from. */
type Source =
  | {
      readonly kind: 'embedded';
      readonly title: string;
      readonly folder: string;
      readonly classNames: readonly string[];
    }
  | {
      readonly kind: 'archive';
      readonly title: string;
      readonly original: string;
      readonly sha256: string;
      readonly url: string;
      readonly format: 'cifar-10' | 'cifar-100';
      readonly normalise: { mean: number[]; std: number[] };
    };

/** One data set with the nets trained on it. */
export interface Study {
  readonly data: { readonly name: string; readonly source: Source };
  readonly pictures: Pick<ImportParams, 'train' | 'test'>;
  readonly trainingPictures: number;
  readonly net: z.input<typeof fixupResNetSchema>;
  readonly netTitle: string;
  /** Steps and step size (in 1/255) of the training attack of strength epsilon (in 1/255). */
  readonly attack: (epsilon: number) => { readonly steps: number; readonly stepSize: number };
  readonly attackTitle: string;
  readonly training: Omit<TrainParams, 'net' | 'attack'>;
}

export interface Profile {
  readonly seeds: readonly number[];
  readonly main: Study;
  /** The second data set of the paper's figures; null where the profile leaves it out. */
  readonly other: Study | null;
}

const fashionMnist: Study['data'] = {
  name: 'fashion-mnist',
  source: {
    kind: 'embedded',
    title: 'Fashion-MNIST',
    folder: 'datasets/fashion-mnist',
    classNames: [
      'T-shirt/top',
      'Trouser',
      'Pullover',
      'Dress',
      'Coat',
      'Sandal',
      'Shirt',
      'Sneaker',
      'Bag',
      'Ankle boot',
    ],
  },
};

/** Normalised as in OrthDNNs, the sister paper's code. */
const cifar10: Study['data'] = {
  name: 'cifar-10',
  source: {
    kind: 'archive',
    title: 'CIFAR-10',
    original: 'cifar-10-binary.tar.gz',
    sha256: 'c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd',
    url: 'https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz',
    format: 'cifar-10',
    normalise: { mean: [125.3 / 255, 123 / 255, 113.9 / 255], std: [63 / 255, 62.1 / 255, 66.7 / 255] },
  },
};

const cifar100: Study['data'] = {
  name: 'cifar-100',
  source: {
    kind: 'archive',
    title: 'CIFAR-100',
    original: 'cifar-100-binary.tar.gz',
    sha256: '58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec',
    url: 'https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz',
    format: 'cifar-100',
    normalise: { mean: [0.5071, 0.4867, 0.4408], std: [0.2675, 0.2565, 0.2761] },
  },
};

/** With few steps the step grows, or strong attacks would be mostly random noise. */
const fewSteps = (steps: number) => ({
  attack: (epsilon: number) => ({ steps, stepSize: Math.max(2, (2.5 * epsilon) / steps) }),
  attackTitle: `PGD-${steps}, step max(2, 2.5 ε / ${steps}) / 255`,
});

/** Works offline right after install. */
export const quick: Profile = {
  seeds: [0, 1, 2],
  main: {
    data: fashionMnist,
    pictures: { train: { perClass: 24 }, test: { perClass: 200 } },
    trainingPictures: 240,
    net: { kind: 'fixup-resnet', depth: 8, width: 16, stem: 'he' },
    netTitle: 'Fixup ResNet-8, width 16, no batch norm',
    ...fewSteps(3),
    training: {
      epochs: 40,
      batch: 12,
      learningRate: 0.07,
      schedule: { kind: 'cosine' },
      augment: null,
      probe: { pictures: 240, attackEvery: 20 },
    },
  },
  other: null,
};

const cifarOnLaptop = {
  pictures: { train: { first: 5000 }, test: { first: 2000 } },
  trainingPictures: 5000,
  net: { kind: 'fixup-resnet', depth: 14, width: 16 },
  netTitle: 'Fixup ResNet-14, width 16, no batch norm',
  ...fewSteps(5),
  training: { epochs: 20, batch: 64, learningRate: 0.1, schedule: { kind: 'cosine' }, augment: null },
} as const satisfies Omit<Study, 'data'>;

/** Real CIFAR pictures, small nets. */
export const laptop: Profile = {
  seeds: [0],
  main: { data: cifar10, ...cifarOnLaptop },
  other: { data: cifar100, ...cifarOnLaptop },
};

/** Appendix B.1 and D.3; what the paper leaves open is listed in docs/paper.md. */
const asPublished = {
  pictures: { train: null, test: null },
  trainingPictures: 50_000,
  net: { kind: 'fixup-resnet', depth: 56, width: 16 },
  netTitle: 'Fixup ResNet-56, no batch norm',
  attack: () => ({ steps: 10, stepSize: 2 }),
  attackTitle: 'PGD-10, step 2/255',
  training: {
    epochs: 200,
    batch: 128,
    learningRate: 0.1,
    schedule: { kind: 'steps', at: [100, 150], factor: 0.1 },
    augment: { pad: 4, flip: true },
  },
} as const satisfies Omit<Study, 'data'>;

/** The published scale: for a GPU or a cluster. */
export const paper: Profile = {
  seeds: [0],
  main: { data: cifar10, ...asPublished },
  other: { data: cifar100, ...asPublished },
};
