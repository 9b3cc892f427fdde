/** The last step of every import: choose the subset, measure what nets normalise by, write the common form. */
import { writeFileSync } from 'node:fs';
import * as z from 'zod';
import { channelStatistics, type DataSetFacts, type PictureSet } from './picture-set.ts';
import { subsetOf, subsetSchema } from './subset.ts';
import { writePictures } from './stored-set.ts';

/** Parameters that every import stage shares. */
export const importParams = {
  name: z.string().min(1).describe('Title of the data set, printed on figures'),
  train: subsetSchema.default(null),
  test: subsetSchema.default(null),
  normalise: z
    .strictObject({ mean: z.array(z.number()), std: z.array(z.number().positive()) })
    .nullable()
    .default(null)
    .describe('Per channel, of pixels in [0, 1]; null: measured over all training pictures of the source'),
};

export interface ImportParams {
  readonly name: string;
  readonly train: z.output<typeof subsetSchema>;
  readonly test: z.output<typeof subsetSchema>;
  readonly normalise: { readonly mean: readonly number[]; readonly std: readonly number[] } | null;
}

/** A part of a data set and the file it came from, for messages. */
export interface Part {
  readonly set: PictureSet;
  readonly source: string;
}

type Out = (name: 'train.safetensors' | 'test.safetensors' | 'meta.json') => string;

/** Measures where no constants are given, takes the subsets and writes all outputs. */
export function importPictures(
  train: Part,
  test: Part,
  classNames: readonly string[],
  params: ImportParams,
  out: Out,
): void {
  const [a, b] = [train.set, test.set];
  if (a.height !== b.height || a.width !== b.width || a.channels !== b.channels) {
    throw new Error(`pictures of ${train.source} and ${test.source} differ in size`);
  }
  const { mean, std } = params.normalise ?? channelStatistics(a);
  const chosenTrain = subsetOf(a, params.train, classNames.length, train.source);
  const chosenTest = subsetOf(b, params.test, classNames.length, test.source);
  writeImported(chosenTrain, chosenTest, { name: params.name, classNames, mean, std }, out);
}

/** Writes `train.safetensors`, `test.safetensors` and `meta.json`. */
export function writeImported(train: PictureSet, test: PictureSet, facts: DataSetFacts, out: Out): void {
  writePictures(out('train.safetensors'), train, facts);
  writePictures(out('test.safetensors'), test, facts);
  const { height, width, channels } = train;
  const meta = { train: train.count, test: test.count, height, width, channels, ...facts };
  writeFileSync(out('meta.json'), `${JSON.stringify(meta, null, 2)}\n`);
}
