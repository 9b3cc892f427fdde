/** Trains a net on attacked pictures; without an attack it is ordinary training. */
import { writeFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { defineStage, metrics } from 'ar-pipe';
import { loadBackend } from 'ar-pipe/tf';
import * as z from 'zod';
import { attackPlan, attackSchema } from './attacks/params.ts';
import { augmentSchema } from './data/augment.ts';
import { readPictures } from './data/stored-set.ts';
import { netSchema, type Architecture } from './nets/architecture.ts';
import { buildNet } from './nets/build.ts';
import { parameterCount } from './nets/net.ts';
import { writeWeights } from './nets/weights-file.ts';
import { refuseUntrained } from './training/diverged.ts';
import { historyCsv } from './training/history.ts';
import { clipsOf, trainingMetrics } from './training/metrics.ts';
import type { TrainingPlan } from './training/plan.ts';
import { scheduleSchema } from './training/schedule.ts';
import { complexityOf, refuseUncontrollable, spectralControlSchema } from './training/spectral-control.ts';
import { initialState, readState, writeState } from './training/state.ts';
import { train } from './training/trainer.ts';

const params = z.strictObject({
  net: netSchema,
  attack: attackSchema.describe('How the pictures of every batch are attacked'),
  epochs: z.int().positive().default(200),
  batch: z
    .int()
    .positive()
    .default(128)
    .describe('Pictures a step; the last batch of an epoch may have fewer'),
  learningRate: z.number().positive().default(0.1),
  schedule: scheduleSchema.prefault({ kind: 'steps' }),
  warmUp: z.number().nonnegative().default(0).describe('Epochs over which the rate rises linearly from 0'),
  momentum: z.number().min(0).max(1).default(0.9),
  weightDecay: z
    .number()
    .nonnegative()
    .default(1e-4)
    .describe("Coupled, on every parameter; the paper does not mention it, 1e-4 is Fixup's"),
  augment: augmentSchema
    .nullable()
    .prefault({ pad: 4, flip: true })
    .describe('Padding, random crop and flip, or a random resized crop; null: pictures as they are'),
  normalise: z
    .boolean()
    .default(true)
    .describe("Normalise inside the net by the data set's mean and STD; attacks stay in [0, 1]"),
  probe: z
    .strictObject({
      pictures: z.int().positive().default(512).describe('The first so many training pictures'),
      attackEvery: z
        .int()
        .nonnegative()
        .default(1)
        .describe(
          'Epochs between measurements of robust accuracy; the last epoch counts always; 0, or no attack: never',
        ),
    })
    .prefault({})
    .describe('Part of the training pictures that is measured, unchanged, after every epoch'),
  spectralControl: spectralControlSchema
    .nullable()
    .default(null)
    .describe(
      'Holds the spectral norms of all layers to a level at the end of every epoch; null: leaves them',
    ),
  untrained: z
    .enum(['fail', 'accept'])
    .default('fail')
    .describe('What to do with a net whose final loss is that of guessing'),
});

export default defineStage({
  params,
  needs: { train: 'train.safetensors' },
  outputs: ['weights.safetensors', 'history.csv', metrics('metrics.json')],
  random: true,
  numerical: true,
  async run({ params, needs, out, seed, log, progress, checkpoint, signal }) {
    const { set, facts } = readPictures(needs.train);
    if (params.batch > set.count) {
      throw new Error(
        `batch is ${params.batch}, but ${facts.name} has ${set.count} training pictures; choose a batch of at most as many`,
      );
    }
    const classes = facts.classNames.length;
    const architecture: Architecture = {
      net: params.net,
      height: set.height,
      width: set.width,
      channels: set.channels,
      classes,
      normalise: params.normalise ? { mean: [...facts.mean], std: [...facts.std] } : null,
    };
    const net = buildNet(architecture);
    if (params.spectralControl !== null) refuseUncontrollable(net, params.spectralControl);
    const { tf, name, threads } = await loadBackend();
    log(
      `${parameterCount(net)} parameters, ${set.count} pictures of ${facts.name}, ${name} with ${threads} thread(s)`,
    );

    const { momentum, weightDecay, attack, ...rest } = params;
    const plan: TrainingPlan = { ...rest, attack: attackPlan(attack), sgd: { momentum, weightDecay } };
    const start = checkpoint.latest === null ? initialState(net, seed) : readState(checkpoint.latest, net);
    if (start.history.length > 0) log(`resumes after epoch ${start.history.length}`);

    /** Lets messages in, the order to stop among them. */
    const pause = async (): Promise<void> => {
      await setImmediate();
      signal.throwIfAborted();
    };
    const total = params.epochs * set.count;
    const final = await train({ tf, net, classes, plan, pictures: set, seed }, start, {
      async onBatch(done, loss) {
        await pause();
        progress(done, total, 'pictures', { loss });
      },
      onLayer: pause,
      async onEpoch(state) {
        await checkpoint.save((folder) => {
          writeState(folder, net, state);
        });
        const { epoch, ...record } = state.history.at(-1)!;
        log(`epoch ${epoch}: ${JSON.stringify(record)}`);
        progress(epoch * set.count, total, 'pictures', {
          loss: record.trainingLoss,
          cleanLoss: record.cleanLoss,
          cleanAccuracy: record.cleanAccuracy,
          ...(record.robustAccuracy === null ? {} : { robustAccuracy: record.robustAccuracy }),
        });
      },
    });

    const last = final.history.at(-1)!;
    if (params.untrained === 'fail') refuseUntrained(last.cleanLoss, classes, params.epochs);
    writeWeights(out('weights.safetensors'), architecture, final.weights);
    writeFileSync(out('history.csv'), historyCsv(final.history));
    if (params.spectralControl !== null && clipsOf(final.history) === 0)
      log(`no layer was ever above ${params.spectralControl.level}: this run equals an uncontrolled one`);
    const complexity = last.logSpectralComplexity ?? (await complexityOf(net, final.weights, pause));
    const measured = trainingMetrics(final.history, parameterCount(net), complexity);
    writeFileSync(out('metrics.json'), `${JSON.stringify(measured, null, 2)}\n`);
  },
});
