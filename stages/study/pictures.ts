/** The pictures of a study, in the common form. */
import { file, step } from 'ar-pipe';
import type { Subset } from '../data/subset.ts';
import download from '../download.ts';
import importCifar from '../import-cifar.ts';
import importIdx from '../import-idx.ts';
import importTinyImageNet from '../import-tiny-imagenet.ts';
import type { ArchivedSet, Counts, IdxSet } from './data-sets.ts';
import type { Study } from './profile.ts';

/** One step that writes train.safetensors and test.safetensors, and what it needs before it. */
export function picturesOf({ data, pictures }: Pick<Study, 'data' | 'pictures'>) {
  return data.kind === 'idx' ? fromIdx(data, pictures) : fromArchive(data, pictures);
}
export type Pictures = ReturnType<typeof picturesOf>;

function fromIdx({ name, title, source, classNames }: IdxSet, pictures: Study['pictures']) {
  const place = 'folder' in source ? source : step(`download/${name}`, download, { params: source });
  const part = (idx: string) => ('folder' in place ? file(`${place.folder}/${idx}`) : place);
  return step(`data/${name}`, importIdx, {
    params: { name: title, classNames: [...classNames], ...pictures },
    needs: {
      trainImages: part('train-images-idx3-ubyte.gz'),
      trainLabels: part('train-labels-idx1-ubyte.gz'),
      testImages: part('t10k-images-idx3-ubyte.gz'),
      testLabels: part('t10k-labels-idx1-ubyte.gz'),
    },
  });
}

function fromArchive({ kind, name, title, archive, normalise }: ArchivedSet, pictures: Study['pictures']) {
  const { name: original, sha256, urls } = archive;
  const params = {
    name: title,
    normalise: normalise && { mean: [...normalise.mean], std: [...normalise.std] },
    ...pictures,
  };
  const wanted = (output: string) => ({
    params: { files: [{ name: output, original, sha256, urls: [...urls] }] },
  });
  if (kind === 'tiny-imagenet') {
    const zip = step(`download/${name}`, download, wanted('tiny-imagenet-200.zip'));
    return step(`data/${name}`, importTinyImageNet, { params, needs: { archive: zip } });
  }
  const tar = step(`download/${name}`, download, wanted('archive.tar.gz'));
  return step(`data/${name}`, importCifar, { params: { ...params, format: kind }, needs: { archive: tar } });
}

/** How many pictures that is, for captions and costs. */
export function countsOf({ data, pictures }: Pick<Study, 'data' | 'pictures'>): Counts {
  const { counts, shape } = data;
  const taken = (subset: Subset, all: number): number =>
    subset === null ? all : 'first' in subset ? subset.first : subset.perClass * shape.classes;
  return { train: taken(pictures.train, counts.train), test: taken(pictures.test, counts.test) };
}
