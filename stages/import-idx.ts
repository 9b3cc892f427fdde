/** Reads MNIST-like data (IDX files under their official names, gzipped or plain) into the common form. */
import { defineStage, metrics } from 'ar-pipe';
import * as z from 'zod';
import { readIdx } from './data/idx.ts';
import { importParams, importPictures } from './data/import.ts';

export default defineStage({
  params: z.strictObject({
    ...importParams,
    classNames: z.array(z.string()).min(2).describe('Names of labels 0, 1, …; the format has none'),
  }),
  needs: {
    trainImages: 'train-images-idx3-ubyte.gz',
    trainLabels: 'train-labels-idx1-ubyte.gz',
    testImages: 't10k-images-idx3-ubyte.gz',
    testLabels: 't10k-labels-idx1-ubyte.gz',
  },
  outputs: ['train.safetensors', 'test.safetensors', metrics('meta.json')],
  run({ params, needs, out }) {
    const classes = params.classNames.length;
    importPictures(
      { set: readIdx(needs.trainImages, needs.trainLabels, classes), source: needs.trainImages },
      { set: readIdx(needs.testImages, needs.testLabels, classes), source: needs.testImages },
      params.classNames,
      params,
      out,
    );
  },
});
