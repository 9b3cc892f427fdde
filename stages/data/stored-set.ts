/**
 * A data set on disk, the same for every source: one safetensors file a part, with `images` U8 [n, h, w, c], `labels`
 * and `index` I32 [n], and the facts of the data set in the metadata.
 */
import * as z from 'zod';
import { readSafetensors, stored, tensorOf, writeSafetensors } from '../lib/safetensors.ts';
import { checkPictures, type DataSetFacts, type PictureSet } from './picture-set.ts';

const format = 'ar-pipe/pictures/1';

const factsSchema = z.object({
  name: z.string(),
  classNames: z.array(z.string()).min(2),
  mean: z.array(z.number()),
  std: z.array(z.number().positive()),
});

export function writePictures(path: string, set: PictureSet, facts: DataSetFacts): void {
  const { images, labels, index, count, height, width, channels } = set;
  writeSafetensors(
    path,
    [
      ['images', stored(images, [count, height, width, channels])],
      ['labels', stored(labels)],
      ['index', stored(index)],
    ],
    { format, facts: JSON.stringify(facts) },
  );
}

/** @throws an error naming the file where it is not such a file or its content does not agree. */
export function readPictures(path: string): { set: PictureSet; facts: DataSetFacts } {
  const file = readSafetensors(path);
  if (file.metadata['format'] !== format) {
    throw new Error(`${path} does not hold pictures; make it with a stage that imports a data set`);
  }
  const facts = factsSchema.parse(JSON.parse(file.metadata['facts'] ?? '{}'));
  const images = tensorOf(file, 'images', 'U8', path);
  const [count = 0, height = 0, width = 0, channels = 0] = images.shape;
  const set: PictureSet = {
    images: images.data,
    labels: tensorOf(file, 'labels', 'I32', path).data,
    index: tensorOf(file, 'index', 'I32', path).data,
    count,
    height,
    width,
    channels,
  };
  if (facts.mean.length !== channels || facts.std.length !== channels) {
    throw new Error(`${path}: mean and std have ${facts.mean.length} channels, the pictures ${channels}`);
  }
  return { set: checkPictures(set, facts.classNames.length, path), facts };
}
