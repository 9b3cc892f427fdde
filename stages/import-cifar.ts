/** Reads CIFAR-10 or CIFAR-100 (the official archive of the binary version) into the common form. */
import { defineStage, metrics } from 'ar-pipe';
import * as z from 'zod';
import { readCifar } from './data/cifar.ts';
import { importParams, importPictures } from './data/import.ts';

export default defineStage({
  params: z.strictObject({
    ...importParams,
    format: z
      .enum(['cifar-10', 'cifar-100'])
      .describe('Layout of the archive; of CIFAR-100 the fine labels are used'),
  }),
  needs: { archive: 'archive.tar.gz' },
  outputs: ['train.safetensors', 'test.safetensors', metrics('meta.json')],
  async run({ params, needs, out }) {
    const { train, test, classNames } = await readCifar(needs.archive, params.format);
    const source = needs.archive;
    importPictures({ set: train, source }, { set: test, source }, classNames, params, out);
  },
});
