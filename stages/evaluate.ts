/** Scores every training and test picture, unchanged: what figures and tables are made from. */
import { writeFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { defineStage, metrics } from 'ar-pipe';
import { loadBackend } from 'ar-pipe/tf';
import * as z from 'zod';
import { cleanInput } from './attacks/inputs.ts';
import { fileOrder } from './data/batches.ts';
import { readPictures } from './data/stored-set.ts';
import { createClassifier } from './evaluation/classifier.ts';
import { scoresOf, summarise } from './evaluation/scores.ts';
import { refuseOtherPictures, writeScores } from './evaluation/scores-file.ts';
import { toTensors } from './nets/parameters.ts';
import { readWeights } from './nets/weights-file.ts';

export default defineStage({
  params: z.strictObject({
    batch: z.int().positive().default(250).describe('Pictures in one forward pass; the last may have fewer'),
  }),
  needs: { weights: 'weights.safetensors', train: 'train.safetensors', test: 'test.safetensors' },
  outputs: ['train.safetensors', 'test.safetensors', metrics('summary.json')],
  numerical: true,
  async run({ params, needs, out, progress, signal }) {
    const { architecture, net, weights } = readWeights(needs.weights);
    const parts = {
      train: readPictures(needs.train).set,
      test: readPictures(needs.test).set,
    };
    refuseOtherPictures(architecture, parts.train, needs.train);
    refuseOtherPictures(architecture, parts.test, needs.test);
    const { tf } = await loadBackend();
    const { classes } = architecture;
    const classifier = createClassifier(tf, net, classes, params.batch);
    const tensors = toTensors(tf, net.parameters, weights);
    const total = parts.train.count + parts.test.count;

    const score = async (part: 'train' | 'test', before: number) => {
      const set = parts[part];
      const logits = await classifier.logits(
        tensors,
        fileOrder(set.count),
        (places) => cleanInput(tf, set, places),
        async (done) => {
          // Lets messages in, the order to stop among them.
          await setImmediate();
          signal.throwIfAborted();
          progress(before + done, total, 'pictures');
        },
      );
      const scores = scoresOf(logits, set.labels, classes);
      writeScores(out(`${part}.safetensors`), set, classes, logits, scores);
      return summarise(scores);
    };

    try {
      const train = await score('train', 0);
      const test = await score('test', parts.train.count);
      const summary = {
        train: { ...train, pictures: parts.train.count },
        test: { ...test, pictures: parts.test.count },
        // Definition 1: on natural pictures.
        lossGap: test.loss - train.loss,
        errorGap: train.accuracy - test.accuracy,
      };
      writeFileSync(out('summary.json'), `${JSON.stringify(summary, null, 2)}\n`);
    } finally {
      tf.dispose(tensors);
      classifier.dispose();
    }
  },
});
