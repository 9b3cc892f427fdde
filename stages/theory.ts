/**
 * Theorem 3.1 with its ingredients for a finished net: spectral complexity (definition 7), the smallest singular values, the
 * least instance-space margin as far as a search finds it, and the bound, which is mostly vacuous; beside it the gap it bounds.
 */
import { writeFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { defineStage, metrics } from 'ar-pipe';
import * as z from 'zod';
import { cleanInput } from './attacks/inputs.ts';
import { fileOrder } from './data/batches.ts';
import { readPictures } from './data/stored-set.ts';
import { scoresOf } from './evaluation/scores.ts';
import { refuseOtherPictures } from './evaluation/scores-file.ts';
import { withSubject } from './evaluation/subject.ts';
import { writeCsv } from './lib/csv.ts';
import { readWeights } from './nets/weights-file.ts';
import { kernelOf } from './spectrum/kernel.ts';
import { linearLayers } from './spectrum/net-layers.ts';
import { spectralNorm } from './spectrum/operator.ts';
import { boundColumns, boundRowOf, coveringSchema } from './theory/bound-table.ts';
import { cautionsFor } from './theory/cautions.ts';
import {
  layerValueColumns,
  layerValues,
  leastRowDistance,
  logProduct,
  withNormalisation,
} from './theory/layer-values.ts';
import { boundaryDistances } from './theory/least-distance.ts';
import { rampRisk } from './theory/ramp.ts';

export default defineStage({
  params: z.strictObject({
    epsilon: z
      .number()
      .positive()
      .max(255)
      .describe(
        'Radius of the covering balls, in 1/255: at most that to which the net is robust, so the strength it was trained at. ' +
          'A Euclidean ball lies within the L-infinity ball of the same radius, so it is used as is',
      ),
    coverings: z
      .array(coveringSchema)
      .min(1)
      .describe(
        'Assumptions on the data, a line each. The paper gives no k and no C_X, so there is no default',
      ),
    gamma: z.number().positive().default(1).describe('Scale of the ramp loss, in the unit of logits'),
    eta: z.number().gt(0).lt(1).default(0.05).describe('Probability with which the bound may fail'),
    m: z.int().positive().nullable().default(null).describe('Training pictures; null: as many as there are'),
    search: z
      .strictObject({
        pictures: z.int().positive().default(100).describe('The first so many training pictures'),
        steps: z.int().positive().default(20).describe('Newton steps towards the boundary'),
        refinements: z.int().nonnegative().default(2).describe('Moves along it'),
      })
      .prefault({})
      .describe('Search for the least distance of a training picture from the decision boundary'),
    batch: z.int().positive().default(100).describe('Pictures computed together'),
  }),
  needs: { weights: 'weights.safetensors', train: 'train.safetensors', test: 'test.safetensors' },
  outputs: ['theory.csv', 'layers.csv', metrics('theory.json')],
  numerical: true,
  async run({ params, needs, out, log, progress, signal }) {
    const { epsilon, coverings, gamma, eta, batch } = params;
    const { architecture, net, weights: values } = readWeights(needs.weights);
    const test = readPictures(needs.test).set;
    refuseOtherPictures(architecture, test, needs.test);
    const pause = async (): Promise<void> => {
      // Lets messages in, the order to stop among them.
      await setImmediate();
      signal.throwIfAborted();
    };

    const layers = await layerValues(
      net,
      withNormalisation(net, architecture, values),
      async (done, total) => {
        progress(done, total, 'layers');
        await pause();
      },
    );
    const norms = layers.map(({ norm }) => norm);
    // As the weights are: what control of spectral norms acts on.
    const [first] = linearLayers(net);
    const ownNorm = spectralNorm(kernelOf(first!.shape, values.get(first!.name)!), first!.n);
    const last = net.parameters.findLast(({ shape }) => shape.length === 2)!;
    const rowDistance = leastRowDistance(values.get(last.name)!, last.shape[0]!, last.shape[1]!);

    const source = { weights: needs.weights, pictures: needs.train, count: null, batch };
    await withSubject(source, async (subject) => {
      const { tf, weights, set, classes, clean, classifier } = subject;
      const distances = await boundaryDistances(subject, params.search, batch, async (done) => {
        progress(done, Math.min(params.search.pictures, set.count), 'pictures');
        await pause();
      });
      const crossed = distances.filter(Number.isFinite);
      const vMin = Math.min(...crossed);
      const logSmallest = logProduct(layers.slice(0, -1).map(({ smallest }) => smallest));
      // Where no boundary was found nothing is known of v_min: the theorem is then left with u_min = 0.
      const logUMin = crossed.length === 0 ? -Infinity : Math.log(rowDistance) + logSmallest + Math.log(vMin);
      const m = params.m ?? set.count;
      const bounds = coverings.map((covering) =>
        boundRowOf(covering, epsilon / 255, { uMin: Math.exp(logUMin), gamma, m, eta }),
      );

      const testLogits = await classifier.logits(weights, fileOrder(test.count), (places) =>
        cleanInput(tf, test, places),
      );
      const ramp = {
        train: rampRisk(clean.margin, gamma),
        test: rampRisk(scoresOf(testLogits, test.labels, classes).margin, gamma),
      };
      const cautions = cautionsFor(architecture.net, crossed.length, distances.length);
      for (const caution of cautions) log(caution);
      for (const { logK, logBound, verdict } of bounds)
        log(`ln K ${logK.toFixed(2)}: the bound is ${verdict}, its natural logarithm ${logBound.toFixed(2)}`);

      writeCsv(out('theory.csv'), boundColumns, bounds);
      writeCsv(out('layers.csv'), layerValueColumns, layers);
      const summary = {
        epsilon,
        gamma,
        eta,
        m,
        logSpectralComplexity: finite(logProduct([ownNorm, ...norms.slice(1)])),
        logSpectralComplexityOfPixels: finite(logProduct(norms)),
        logProductOfSmallest: finite(logSmallest),
        leastRowDistance: rowDistance,
        vMin: { overEstimate: finite(vMin), found: crossed.length, searched: distances.length },
        logUMin: finite(logUMin),
        rampRisk: { ...ramp, gap: Math.abs(ramp.test - ramp.train) },
        vacuous: bounds.filter(({ verdict }) => verdict === 'vacuous').length,
        bounds: bounds.length,
        cautions,
      };
      writeFileSync(out('theory.json'), `${JSON.stringify(summary, null, 2)}\n`);
    });
  },
});

/** JSON has no infinity: the logarithm of 0, and a distance that was not found, are left out. */
const finite = (value: number): number | undefined => (Number.isFinite(value) ? value : undefined);
