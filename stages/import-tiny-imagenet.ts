/** Reads Tiny-ImageNet (the official zip of JPEG pictures) into the common form; its validation pictures are the test part. */
import { defineStage, metrics } from 'ar-pipe';
import * as z from 'zod';
import { importParams, writeImported } from './data/import.ts';
import { readTinyImageNet } from './data/tiny-imagenet.ts';

export default defineStage({
  params: z.strictObject(importParams),
  needs: { archive: 'tiny-imagenet-200.zip' },
  outputs: ['train.safetensors', 'test.safetensors', metrics('meta.json')],
  async run({ params: { name, train, test, normalise }, needs, out, progress, signal }) {
    const read = await readTinyImageNet(needs.archive, {
      train,
      test,
      measure: normalise === null,
      onPicture: (done, total) => {
        signal.throwIfAborted();
        if (done % 100 === 0 || done === total) progress(done, total, 'pictures');
      },
    });
    const { mean, std } = normalise ?? read.statistics!;
    writeImported(read.train, read.test, { name, classNames: read.classNames, mean, std }, out);
  },
});
