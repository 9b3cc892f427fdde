/** Scales of the study: how large each is, never how it is done. Printed on every figure, told in docs/profiles.md. */
import { stepSizeFor } from '../attacks/bounds.ts';
import { cifar10, cifar100, fashionMnist, tinyImageNet } from './data-sets.ts';
import type { Profile, Study } from './profile.ts';

/** With few steps the step grows, or strong attacks would be mostly random noise. */
const fewSteps = (steps: number) => ({
  attack: (epsilon: number) => ({ steps, stepSize: stepSizeFor(epsilon, steps) }),
  attackTitle: `PGD-${steps}, step max(2, 2.5 ε / ${steps}) / 255`,
});

/** B.1: the paper's steps, its middle strength. */
const moderate = { epsilon: 8, steps: 10, stepSize: 2 } as const;

/** Bias-free, as the paper's theory asks. */
const plainNet = (inputs: number): Profile['plain'] => ({
  name: 'plain-3',
  title: `plain ReLU net ${inputs}-32-32-10 without biases`,
  net: { kind: 'plain', hidden: [32, 32] },
  training: { epochs: 40, learningRate: 0.02 },
});

const fashionOffline: Study = {
  data: fashionMnist,
  pictures: { train: { perClass: 24 }, test: { perClass: 200 } },
  name: 'resnet-8',
  title: 'Fixup ResNet-8, width 16, no batch norm',
  net: { kind: 'fixup-resnet', depth: 8, width: 16, stem: 'he' },
  ...fewSteps(3),
  training: {
    epochs: 40,
    batch: 12,
    learningRate: 0.07,
    schedule: { kind: 'cosine' },
    augment: null,
    probe: { pictures: 240, attackEvery: 20 },
  },
};

/** Works offline right after install. */
export const quick: Profile = {
  scope: 'analogue',
  strengths: [4, 8, 16],
  seeds: [0, 1, 2],
  main: fashionOffline,
  other: null,
  wide: null,
  deeper: {
    name: 'resnet-14',
    title: 'Fixup ResNet-14, width 12, no batch norm',
    net: { kind: 'fixup-resnet', depth: 14, width: 12, stem: 'he' },
  },
  spectralNorms: [1, 3, 5],
  evaluation: { pictures: 500, masking: 50, fixed: moderate, curve: [4, 8, 16] },
  plain: plainNet(784),
  coverings: [1, 10, 100],
};

const cifarOnLaptop = {
  pictures: { train: { perClass: 120 }, test: { perClass: 200 } },
  name: 'resnet-14',
  title: 'Fixup ResNet-14, width 16, no batch norm',
  net: { kind: 'fixup-resnet', depth: 14, width: 16, stem: 'he' },
  ...fewSteps(5),
  training: {
    epochs: 80,
    batch: 16,
    learningRate: 0.07,
    schedule: { kind: 'cosine' },
    augment: null,
    probe: { attackEvery: 10 },
  },
} as const satisfies Omit<Study, 'data'>;

/** Real pictures, small nets and subsets: a night on a laptop. */
export const laptop: Profile = {
  ...quick,
  seeds: [0],
  main: { ...cifarOnLaptop, data: cifar10 },
  other: { ...cifarOnLaptop, data: cifar100, pictures: { train: { perClass: 12 }, test: { perClass: 20 } } },
  wide: {
    ...cifarOnLaptop,
    data: tinyImageNet,
    pictures: { train: { perClass: 20 }, test: { perClass: 5 } },
    name: 'wrn-14-2',
    title: 'WRN-14-2-bottleneck, base 8, batch norm',
    net: { kind: 'wrn-bottleneck', units: [1, 1, 1, 1], base: 8 },
    training: { ...cifarOnLaptop.training, epochs: 25, batch: 32 },
  },
  deeper: {
    name: 'resnet-20',
    title: 'Fixup ResNet-20, width 16, no batch norm',
    net: { kind: 'fixup-resnet', depth: 20, width: 16, stem: 'he' },
  },
  evaluation: { pictures: 1000, masking: 200, fixed: moderate, curve: [4, 8, 16] },
  plain: plainNet(3072),
};

/** Appendix B.1 and D.3; what the paper leaves open is listed in docs/paper.md. */
const asPublished = {
  pictures: { train: null, test: null },
  attack: () => ({ steps: 10, stepSize: 2 }),
  attackTitle: 'PGD-10, step 2/255',
} as const;

const cifarAsPublished = {
  ...asPublished,
  name: 'resnet-56',
  title: 'Fixup ResNet-56, no batch norm',
  net: { kind: 'fixup-resnet', depth: 56 },
  training: {
    epochs: 200,
    batch: 128,
    learningRate: 0.1,
    schedule: { kind: 'steps', at: [100, 150], factor: 0.1 },
    augment: { pad: 4, flip: true },
  },
} as const satisfies Omit<Study, 'data'>;

/** The published scale: for GPUs. */
export const paper: Profile = {
  scope: 'paper',
  strengths: [4, 8, 16],
  seeds: [0],
  main: { ...cifarAsPublished, data: cifar10 },
  other: { ...cifarAsPublished, data: cifar100 },
  wide: {
    ...asPublished,
    data: tinyImageNet,
    name: 'wrn-50-2',
    title: 'WRN-50-2-bottleneck, batch norm',
    net: { kind: 'wrn-bottleneck' },
    training: {
      epochs: 90,
      batch: 128,
      learningRate: 0.1,
      schedule: { kind: 'steps', at: [30, 60], factor: 0.1 },
      augment: { kind: 'resized-crop', flip: true },
    },
  },
  deeper: {
    name: 'resnet-110',
    title: 'Fixup ResNet-110, no batch norm',
    net: { kind: 'fixup-resnet', depth: 110 },
  },
  spectralNorms: [1, 3, 5],
  evaluation: { pictures: null, masking: 1000, fixed: moderate, curve: [4, 8, 16] },
  plain: plainNet(3072),
  coverings: [1, 100, 10_000],
};
