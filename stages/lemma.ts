/**
 * Lemma 3.1 on a trained plain net, in double precision: segments between test pictures, and from pictures to the decision
 * boundary, cut where the net stops being linear. The identity is checked; how often Assumption 3.1 and the lower bound by
 * smallest singular values hold is counted.
 */
import { writeFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { defineStage, metrics } from 'ar-pipe';
import * as z from 'zod';
import { readPictures } from './data/stored-set.ts';
import { refuseOtherPictures } from './evaluation/scores-file.ts';
import { writeCsv } from './lib/csv.ts';
import { readWeights } from './nets/weights-file.ts';
import { studyOf, type SegmentStudy } from './theory/lemma-study.ts';
import { summarise } from './theory/lemma-summary.ts';
import { segmentColumns } from './theory/lemma-table.ts';

export default defineStage({
  params: z.strictObject({
    pairs: z
      .int()
      .nonnegative()
      .default(50)
      .describe('Segments between test pictures: the first and the second, the third and the fourth, …'),
    boundary: z
      .int()
      .nonnegative()
      .default(50)
      .describe('Segments from the first so many test pictures to the boundary of their predicted class'),
    tolerance: z
      .number()
      .positive()
      .default(1e-9)
      .describe(
        'By how much a logit may differ from the lemma, relative to the largest change of a logit or 1',
      ),
  }),
  needs: { weights: 'weights.safetensors', test: 'test.safetensors' },
  outputs: ['lemma.csv', metrics('lemma.json')],
  async run({ params, needs, out, log, progress, signal }) {
    const { architecture, net, weights } = readWeights(needs.weights);
    if (architecture.net.kind !== 'plain') {
      throw new Error(
        `the net in ${needs.weights} is of kind '${architecture.net.kind}', but Lemma 3.1 is of feed-forward nets without biases; ` +
          "train one with net: { kind: 'plain' }",
      );
    }
    const { set } = readPictures(needs.test);
    refuseOtherPictures(architecture, set, needs.test);
    const wanted = Math.max(2 * params.pairs, params.boundary);
    if (wanted > set.count)
      throw new Error(`${needs.test}: ${wanted} pictures are asked for, but it has ${set.count}`);

    const study = studyOf(architecture, net, weights, set);
    const segments: SegmentStudy[] = [];
    const total = params.pairs + params.boundary;
    const add = async (segment: SegmentStudy | null): Promise<void> => {
      if (segment !== null) segments.push(segment);
      await setImmediate();
      signal.throwIfAborted();
    };
    for (let i = 0; i < params.pairs; i++) {
      await add(study.between(2 * i, 2 * i + 1));
      progress(i + 1, total, 'segments');
    }
    for (let i = 0; i < params.boundary; i++) {
      await add(study.toBoundary(i));
      progress(params.pairs + i + 1, total, 'segments');
    }
    writeCsv(
      out('lemma.csv'),
      segmentColumns,
      segments.map(({ row }) => row),
    );
    const summary = summarise(segments, params.tolerance, study);
    const missed = total - segments.length;
    if (missed > 0)
      log(`no boundary was found from ${missed} of ${params.boundary} pictures; they are left out`);
    if (!summary.identity.holds) log(`the identity fails by ${summary.identity.largestError}`);
    writeFileSync(out('lemma.json'), `${JSON.stringify(summary, null, 2)}\n`);
  },
});
