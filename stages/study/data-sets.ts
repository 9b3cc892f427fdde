/** The data sets of the study, as plain data: where they come from and what their pictures are. Digests: docs/data.md. */
import type * as z from 'zod';
import type download from '../download.ts';

type DownloadParams = z.input<NonNullable<(typeof download)['params']>>;

export interface PictureShape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly classes: number;
}

export interface Counts {
  readonly train: number;
  readonly test: number;
}

interface Described {
  /** In step names. */
  readonly name: string;
  readonly title: string;
  readonly shape: PictureShape;
  /** Pictures there are. */
  readonly counts: Counts;
}

/** Four IDX files: in a folder of the project, or downloaded. */
export interface IdxSet extends Described {
  readonly kind: 'idx';
  readonly source: { readonly folder: string } | DownloadParams;
  readonly classNames: readonly string[];
}

/** One official archive, found in AR_PIPE_DATA or downloaded. */
export interface ArchivedSet extends Described {
  readonly kind: 'cifar-10' | 'cifar-100' | 'tiny-imagenet';
  readonly archive: { readonly name: string; readonly sha256: string; readonly urls: readonly string[] };
  /** Constants of the normalisation inside the nets, per channel; null: measured on the training pictures. */
  readonly normalise: { readonly mean: readonly number[]; readonly std: readonly number[] } | null;
}

export type DataSet = IdxSet | ArchivedSet;

/** 6,000 training and 4,000 test pictures, part of the project. */
export const fashionMnist: IdxSet = {
  kind: 'idx',
  name: 'fashion-mnist',
  title: 'Fashion-MNIST',
  shape: { height: 28, width: 28, channels: 1, classes: 10 },
  counts: { train: 6000, test: 4000 },
  source: { folder: 'datasets/fashion-mnist' },
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
};

/** A file of the whole set, as Debian packs it and as its authors do. */
const fashionFile = (name: string, debian: string, official: string) => ({
  name,
  sha256: [debian, official],
  urls: [
    `http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/${name}`,
    `https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/${name}`,
  ],
});

/** All 60,000 and 10,000 pictures, for profiles of one's own. */
export const wholeFashionMnist: IdxSet = {
  ...fashionMnist,
  name: 'whole-fashion-mnist',
  counts: { train: 60_000, test: 10_000 },
  source: {
    folders: ['/usr/share/datasets/fashion-mnist'],
    debianPackage: 'dataset-fashion-mnist',
    files: [
      fashionFile(
        'train-images-idx3-ubyte.gz',
        'b0564c3eedabfbf835052cff8503ea422014ce006caf5b757f851416ee8300c7',
        '3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84',
      ),
      fashionFile(
        'train-labels-idx1-ubyte.gz',
        '0ae29f65d86684f32d1b9c85147786c547b9c6aebcaf235f0400a0cce308b056',
        'a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845',
      ),
      fashionFile(
        't10k-images-idx3-ubyte.gz',
        'cc1d090a38ace84dfa1aa66e3ada7c336ef481a96936906477e6dd344da56eaa',
        '346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073',
      ),
      fashionFile(
        't10k-labels-idx1-ubyte.gz',
        '8d3605d196f4be44669e46906da9733c8131fef761fdbfec72c424d5222f1a05',
        '67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5',
      ),
    ],
  },
};

/** Normalised as in OrthDNNs, the sister paper's code. */
export const cifar10: ArchivedSet = {
  kind: 'cifar-10',
  name: 'cifar-10',
  title: 'CIFAR-10',
  shape: { height: 32, width: 32, channels: 3, classes: 10 },
  counts: { train: 50_000, test: 10_000 },
  archive: {
    name: 'cifar-10-binary.tar.gz',
    sha256: 'c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd',
    urls: ['https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz'],
  },
  normalise: { mean: [125.3 / 255, 123 / 255, 113.9 / 255], std: [63 / 255, 62.1 / 255, 66.7 / 255] },
};

export const cifar100: ArchivedSet = {
  kind: 'cifar-100',
  name: 'cifar-100',
  title: 'CIFAR-100',
  shape: { height: 32, width: 32, channels: 3, classes: 100 },
  counts: { train: 50_000, test: 10_000 },
  archive: {
    name: 'cifar-100-binary.tar.gz',
    sha256: '58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec',
    urls: ['https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz'],
  },
  normalise: { mean: [0.5071, 0.4867, 0.4408], std: [0.2675, 0.2565, 0.2761] },
};

export const tinyImageNet: ArchivedSet = {
  kind: 'tiny-imagenet',
  name: 'tiny-imagenet',
  title: 'Tiny-ImageNet',
  shape: { height: 64, width: 64, channels: 3, classes: 200 },
  counts: { train: 100_000, test: 10_000 },
  archive: {
    name: 'tiny-imagenet-200.zip',
    sha256: '6198c8ae015e2b3e007c7841da39ec069199b9aa3bfa943a462022fe5e43c821',
    urls: [
      'http://cs231n.stanford.edu/tiny-imagenet-200.zip',
      'https://cs231n.stanford.edu/tiny-imagenet-200.zip',
    ],
  },
  normalise: null,
};
