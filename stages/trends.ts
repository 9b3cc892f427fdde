/**
 * The paper's claims, judged by rules that were fixed before any run: a statistic each, paired over seeds, with a 95 % interval
 * over seeds and pictures, and a verdict. What cannot be asked of a profile is said with the reason (docs/paper.md, 'Claims').
 */
import { writeFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { defineStage, many, metrics } from 'ar-pipe';
import * as z from 'zod';
import { writeCsv } from './lib/csv.ts';
import { captionSchema } from './results/caption.ts';
import { commonAttack } from './tables/notes.ts';
import { checksOf } from './trends/checks.ts';
import { claimsOf } from './trends/claims/registry.ts';
import { judgeClaim, type JudgedClaim } from './trends/judge.ts';
import { trendsMetrics } from './trends/metrics.ts';
import { readRuns } from './trends/read-runs.ts';
import { trendsReport } from './trends/report.ts';
import { rolesSchema } from './trends/roles.ts';
import { trendColumns, trendRows } from './trends/rows.ts';
import { Sampler } from './trends/sampler.ts';
import { studyOf } from './trends/study.ts';

export default defineStage({
  params: z.strictObject({
    caption: captionSchema,
    scope: z
      .enum(['paper', 'analogue'])
      .describe('Whether data, nets and budget are the published ones, or verdicts are of an analogue'),
    roles: rolesSchema,
    variationEpsilon: z
      .number()
      .positive()
      .default(8)
      .describe(
        'Attack strength, in 1/255, of the loss variations judged; the middle one, as for robust accuracy',
      ),
    resamples: z
      .int()
      .min(100)
      .default(1000)
      .describe('Resamples of the pictures for the standard error of an estimate'),
  }),
  needs: {
    /** Of evaluate: which runs there are. */
    test: many('test.safetensors'),
    train: many('train.safetensors'),
    /** Of attack-eval. */
    attacks: many('attacks.csv'),
    masking: many('masking.csv'),
    attacked: many('examples.safetensors'),
    spectra: many('spectra.csv'),
    /** Of loss-variation. */
    variations: many('examples.safetensors'),
    /** Of train. */
    history: many('history.csv'),
    training: many('metrics.json'),
  },
  outputs: ['trends.csv', 'trends.md', metrics('trends.json')],
  random: true,
  async run({
    params: { caption, scope, roles, variationEpsilon, resamples },
    needs,
    out,
    seed,
    progress,
    signal,
  }) {
    const claims = claimsOf(roles.controlled.map(({ level }) => level));
    const total = needs.test.length + claims.length;
    let done = 0;
    const step = async (): Promise<void> => {
      // Lets messages in, the order to stop among them.
      await setImmediate();
      signal.throwIfAborted();
      progress(++done, total, 'runs and claims');
    };

    const runs = await readRuns(needs, variationEpsilon, step);
    const study = studyOf({ profile: caption.profile, scope, roles }, runs, new Sampler(seed, resamples));
    const judged: JudgedClaim[] = [];
    for (const claim of claims) {
      judged.push(judgeClaim(claim, study));
      await step();
    }
    const checks = checksOf(judged);
    const attack = commonAttack(runs.flatMap(({ attacked }) => (attacked === null ? [] : [attacked.attack])));
    writeCsv(out('trends.csv'), trendColumns, trendRows(judged, study));
    writeFileSync(out('trends.md'), trendsReport(caption, attack, judged, study, checks));
    writeFileSync(out('trends.json'), `${JSON.stringify(trendsMetrics(judged, checks), null, 2)}\n`);
  },
});
