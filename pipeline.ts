/**
 * Towards Understanding the Regularization of Adversarial Robustness on Neural Networks (Wen, Li, Jia; ICML 2020):
 * data, training, evaluation and figures, declared once for all scales. Profiles say how large, stages how.
 */
import { file, grid, pipeline, step } from 'ar-pipe';
import download from './stages/download.ts';
import evaluate from './stages/evaluate.ts';
import figure5 from './stages/figure-5.ts';
import importCifar from './stages/import-cifar.ts';
import importIdx from './stages/import-idx.ts';
import marginHistogram from './stages/margin-histogram.ts';
import { laptop, paper, quick, type Profile, type Study } from './stages/profiles.ts';
import svdPerLayer from './stages/svd-per-layer.ts';
import train from './stages/train.ts';

/** Strengths of adversarial training (AR), in 1/255. */
const strengths = [4, 8, 16] as const;

const font = (name: string) => file(`node_modules/dejavu-fonts-ttf/ttf/${name}`);

/** The pictures of a study, in the common form. */
function data({ data: { source, name }, pictures }: Study) {
  if (source.kind === 'embedded') {
    const embedded = (part: string) => file(`${source.folder}/${part}`);
    return step(`data/${name}`, importIdx, {
      params: { name: source.title, classNames: [...source.classNames], ...pictures },
      needs: {
        trainImages: embedded('train-images-idx3-ubyte.gz'),
        trainLabels: embedded('train-labels-idx1-ubyte.gz'),
        testImages: embedded('t10k-images-idx3-ubyte.gz'),
        testLabels: embedded('t10k-labels-idx1-ubyte.gz'),
      },
    });
  }
  const { title, original, sha256, url, format, normalise } = source;
  const archive = step(`download/${name}`, download, {
    params: { files: [{ name: 'archive.tar.gz', original, sha256, urls: [url] }] },
  });
  return step(`data/${name}`, importCifar, {
    params: { name: title, format, normalise, ...pictures },
    needs: { archive },
  });
}

/** One net for each strength and seed, trained with PGD, then evaluated and taken apart. */
function pgdRuns(study: Study, { seeds }: Profile) {
  const pictures = data(study);
  return grid({ epsilon: strengths, seed: seeds }, ({ epsilon, seed }) => {
    const cell = `${study.data.name}/resnet-${study.net.depth}/pgd-${epsilon}/seed-${seed}`;
    const weights = step(`train/${cell}`, train, {
      params: {
        net: study.net,
        attack: { kind: 'pgd', epsilon, ...study.attack(epsilon) },
        ...study.training,
      },
      needs: { train: pictures },
      // The same initialisation, batch order and noise at every strength: differences are paired by seed.
      seed: `seed-${seed}`,
    });
    return {
      evaluation: step(`evaluate/${cell}`, evaluate, { needs: { weights, train: pictures, test: pictures } }),
      spectrum: step(`svd-per-layer/${cell}`, svdPerLayer, { needs: { weights } }),
    };
  });
}

export default pipeline({
  name: 'regularization-of-adversarial-robustness',
  seed: 2020,
  profiles: { quick, laptop, paper },
  defaultProfile: 'quick',
  default: ['fig5'],
  targets: ({ profile, profileName }) => {
    const { main, other } = profile;
    const mainRuns = pgdRuns(main, profile);
    const otherRuns = other ? pgdRuns(other, profile) : [];
    const evaluations = mainRuns.map(({ evaluation }) => evaluation);
    const histograms = step(`margin-histogram/${main.data.name}`, marginHistogram, {
      needs: { train: evaluations, test: evaluations },
    });
    const fig5 = step('fig5', figure5, {
      params: {
        profile: profileName,
        dataset: main.data.source.title,
        otherDataset: other?.data.source.title ?? 'CIFAR-100',
        net: main.netTitle,
        attack: main.attackTitle,
        trainingPictures: main.trainingPictures,
      },
      needs: {
        histograms,
        spectra: mainRuns.map(({ spectrum }) => spectrum),
        otherSpectra: otherRuns.map(({ spectrum }) => spectrum),
        font: font('DejaVuSans.ttf'),
        boldFont: font('DejaVuSans-Bold.ttf'),
      },
    });
    return { fig5 };
  },
});
