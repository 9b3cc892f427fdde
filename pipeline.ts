/**
 * Towards Understanding the Regularization of Adversarial Robustness on Neural Networks (Wen, Li, Jia; ICML 2020):
 * data, training, evaluation and figures, declared once for all scales. No logic here: profiles say how large, stages how.
 */
import { file, grid, pipeline, step } from 'ar-pipe';
import evaluate from './stages/evaluate.ts';
import figure5 from './stages/figure-5.ts';
import importIdx from './stages/import-idx.ts';
import marginHistogram from './stages/margin-histogram.ts';
import svdPerLayer from './stages/svd-per-layer.ts';
import train from './stages/train.ts';

/** Strengths of adversarial training (AR), in 1/255. */
const strengths = [4, 8, 16] as const;

/** Works offline right after install, on the embedded subset of Fashion-MNIST. Its choice is told in docs/profiles.md. */
const quick = {
  dataset: 'Fashion-MNIST',
  pictures: { train: { first: 512 }, test: { first: 2000 } },
  net: { kind: 'fixup-resnet', depth: 8, width: 16 },
  netTitle: 'Fixup ResNet-8, width 16, no batch norm',
  seeds: [0, 1, 2],
  attack: { steps: 3 },
  training: {
    epochs: 40,
    batch: 32,
    learningRate: 0.1,
    schedule: { kind: 'cosine' },
    augment: null,
  },
} as const;

/** With few steps the step grows, or strong attacks would be mostly random noise: max(2/255, 2.5 epsilon / steps). */
const stepSize = (epsilon: number, steps: number): number => Math.max(2, (2.5 * epsilon) / steps);

const fashion = (name: string) => file(`datasets/fashion-mnist/${name}`);
const font = (name: string) => file(`node_modules/dejavu-fonts-ttf/ttf/${name}`);

const fashionClasses = [
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
];

export default pipeline({
  name: 'regularization-of-adversarial-robustness',
  seed: 2020,
  profiles: { quick },
  defaultProfile: 'quick',
  default: ['fig5'],
  targets: ({ profile, profileName }) => {
    const data = step('data/fashion-mnist', importIdx, {
      params: { name: profile.dataset, classNames: fashionClasses, ...profile.pictures },
      needs: {
        trainImages: fashion('train-images-idx3-ubyte.gz'),
        trainLabels: fashion('train-labels-idx1-ubyte.gz'),
        testImages: fashion('t10k-images-idx3-ubyte.gz'),
        testLabels: fashion('t10k-labels-idx1-ubyte.gz'),
      },
    });
    const runs = grid({ epsilon: strengths, seed: profile.seeds }, ({ epsilon, seed }) => {
      const cell = `fashion-mnist/resnet-${profile.net.depth}/pgd-${epsilon}/seed-${seed}`;
      const weights = step(`train/${cell}`, train, {
        params: {
          net: profile.net,
          attack: {
            kind: 'pgd',
            epsilon,
            steps: profile.attack.steps,
            stepSize: stepSize(epsilon, profile.attack.steps),
          },
          ...profile.training,
        },
        needs: { train: data },
        // The same initialisation, batch order and noise at every strength: differences are paired by seed.
        seed: `seed-${seed}`,
      });
      return {
        evaluation: step(`evaluate/${cell}`, evaluate, { needs: { weights, train: data, test: data } }),
        spectrum: step(`svd-per-layer/${cell}`, svdPerLayer, { needs: { weights } }),
      };
    });
    const evaluations = runs.map(({ evaluation }) => evaluation);
    const histograms = step('margin-histogram/fashion-mnist', marginHistogram, {
      needs: { train: evaluations, test: evaluations },
    });
    const fig5 = step('fig5', figure5, {
      params: {
        profile: profileName,
        dataset: profile.dataset,
        otherDataset: 'CIFAR-100',
        net: profile.netTitle,
        attack: `PGD-${profile.attack.steps}, step max(2/255, 2.5 ε/${profile.attack.steps})`,
        trainingPictures: profile.pictures.train.first,
      },
      needs: {
        histograms,
        spectra: runs.map(({ spectrum }) => spectrum),
        otherSpectra: [],
        font: font('DejaVuSans.ttf'),
        boldFont: font('DejaVuSans-Bold.ttf'),
      },
    });
    return { fig5 };
  },
});
