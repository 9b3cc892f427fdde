/** How far attacks raise the loss of each test picture (section B.5, figure 8, table 1): V = CE(attacked) - CE(clean). */
import { writeFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { defineStage, metrics } from 'ar-pipe';
import * as z from 'zod';
import { attackInputs } from './attacks/inputs.ts';
import { fileOrder, inBatches } from './data/batches.ts';
import { mean } from './evaluation/scores.ts';
import { withSubject } from './evaluation/subject.ts';
import { variationRows } from './evaluation/variation.ts';
import { writeCsv } from './lib/csv.ts';
import { stored, writeSafetensors } from './lib/safetensors.ts';
import { variationColumns } from './results/variation-table.ts';

export default defineStage({
  params: z.strictObject({
    epsilons: z
      .array(z.number().positive().max(255))
      .min(1)
      .refine((all) => new Set(all).size === all.length, 'a strength is there twice')
      .default([4, 8, 16])
      .describe('Radii of the attacks, in 1/255. The paper gives none; these are its training strengths'),
    steps: z.int().positive().default(10).describe('Steps of PGD; the example of greatest loss counts'),
    stepSize: z.number().positive().default(2).describe('Step, in 1/255'),
    randomStart: z
      .boolean()
      .default(false)
      .describe(
        'Start anywhere in the ball, uniformly, instead of at the picture. The picture itself counts either way, so V is never negative',
      ),
    pictures: z
      .int()
      .positive()
      .nullable()
      .default(null)
      .describe('The first so many test pictures; null: all'),
    batch: z.int().positive().default(125).describe('Pictures attacked together'),
  }),
  needs: { weights: 'weights.safetensors', test: 'test.safetensors' },
  outputs: ['loss-variation.csv', 'examples.safetensors', metrics('loss-variation.json')],
  random: true,
  numerical: true,
  async run({ params, needs, out, seed, progress, signal }) {
    const { epsilons, steps, randomStart, batch } = params;
    const source = { weights: needs.weights, pictures: needs.test, count: params.pictures, batch };
    await withSubject(source, async ({ tf, weights, set, clean: { correct, loss }, attackers }) => {
      const starts = randomStart ? ({ seed, purpose: 'evaluation', round: 0 } as const) : null;
      const variations = epsilons.map((epsilon) => ({ epsilon, variation: new Float32Array(set.count) }));
      let done = 0;
      for (const { epsilon, variation } of variations) {
        const attack = attackers.of({
          epsilon: epsilon / 255,
          stepSize: params.stepSize / 255,
          steps,
          randomStart,
        });
        for (const places of inBatches(fileOrder(set.count), batch)) {
          const risen = tf.tidy(() => {
            const { pictures, labels, noise } = attackInputs(tf, set, places, starts);
            const best = attack.strongest(weights, pictures, labels, noise);
            return tf.sub(best.loss, best.clean).dataSync<'float32'>();
          });
          variation.set(risen, places[0]);
          done += places.length;
          // Lets messages in, the order to stop among them.
          await setImmediate();
          signal.throwIfAborted();
          progress(done, epsilons.length * set.count, 'pictures', { variation: mean(risen) });
        }
      }

      const rest = { steps, stepSize: params.stepSize, randomStart: randomStart ? 'true' : 'false' } as const;
      const rows = variations.flatMap(({ epsilon, variation }) =>
        variationRows({ epsilon, ...rest }, correct, variation),
      );
      writeCsv(out('loss-variation.csv'), variationColumns, rows);
      writeSafetensors(out('examples.safetensors'), [
        ['index', stored(set.index)],
        ['label', stored(set.labels)],
        ['correct', stored(correct)],
        ['loss', stored(loss)],
        ...variations.map(({ epsilon, variation }) => [`V-${epsilon}`, stored(variation)] as const),
      ]);
      const ofAll = rows.filter(({ examplesOf }) => examplesOf === 'all');
      const summary = {
        examples: set.count,
        variation: Object.fromEntries(ofAll.map(({ epsilon, mean, std }) => [epsilon, { mean, std }])),
      };
      writeFileSync(out('loss-variation.json'), `${JSON.stringify(summary, null, 2)}\n`);
    });
  },
});
