/**
 * A finished net under attacks (figures 1c and 12, tables 3 to 5): its accuracy on the pictures that were right before, and on
 * all; and signs that it owes it to misleading gradients.
 */
import { writeFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { defineStage, metrics } from 'ar-pipe';
import { loadBackend } from 'ar-pipe/tf';
import * as z from 'zod';
import { createAttackers } from './attacks/attacker.ts';
import { cleanInput } from './attacks/inputs.ts';
import { namedAttacksSchema } from './attacks/params.ts';
import { fileOrder } from './data/batches.ts';
import { readPictures } from './data/stored-set.ts';
import { subsetOf } from './data/subset.ts';
import { attackRowOf, repeatedPlan } from './evaluation/attack-rows.ts';
import { attackAll } from './evaluation/campaign.ts';
import { createClassifier } from './evaluation/classifier.ts';
import { maskingChecks, maskingProbes, maskingSchema, type Masking } from './evaluation/masking.ts';
import { scoresOf } from './evaluation/scores.ts';
import { refuseDiverged, refuseOtherPictures } from './evaluation/scores-file.ts';
import type { RepeatedPlan } from './evaluation/under-attack.ts';
import type { Verdicts } from './evaluation/verdicts.ts';
import { zeroGradientShare } from './evaluation/zero-gradients.ts';
import { writeCsv } from './lib/csv.ts';
import { stored, writeSafetensors, type StoredTensor } from './lib/safetensors.ts';
import { toTensors } from './nets/parameters.ts';
import { readWeights } from './nets/weights-file.ts';
import { attackColumns, maskingColumns, type AttackRow, type MaskingRow } from './results/attack-table.ts';

export default defineStage({
  params: z.strictObject({
    attacks: namedAttacksSchema
      .prefault([{ name: 'fixed', kind: 'pgd', epsilon: 8 }])
      .describe('Each a line of the table. The default is how the row PGD of tables 3 to 5 is read'),
    pictures: z
      .int()
      .positive()
      .nullable()
      .default(null)
      .describe('The first so many test pictures; null: all'),
    batch: z.int().positive().default(125).describe('Pictures attacked together'),
    masking: maskingSchema
      .nullable()
      .prefault({})
      .describe('Checks for gradients that mislead attacks; null: none'),
  }),
  needs: { weights: 'weights.safetensors', test: 'test.safetensors' },
  outputs: ['attacks.csv', 'masking.csv', 'examples.safetensors', metrics('attack-eval.json')],
  random: true,
  numerical: true,
  async run({ params, needs, out, seed, log, progress, signal }) {
    const { attacks, batch, masking } = params;
    const { architecture, net, weights: values } = readWeights(needs.weights);
    const { classes } = architecture;
    const all = readPictures(needs.test).set;
    refuseOtherPictures(architecture, all, needs.test);
    const set = subsetOf(
      all,
      params.pictures === null ? null : { first: params.pictures },
      classes,
      needs.test,
    );
    const { tf } = await loadBackend();
    const attackers = createAttackers(tf, net);
    const classifier = createClassifier(tf, net, classes, batch);
    const weights = toTensors(tf, net.parameters, values);
    try {
      const logits = await classifier.logits(weights, fileOrder(set.count), (places) =>
        cleanInput(tf, set, places),
      );
      const clean = scoresOf(logits, set.labels, classes);
      refuseDiverged(set, clean.loss);

      const checked = masking === null ? 0 : Math.min(masking.pictures, set.count);
      const verdictsOf = await attackAll(
        { tf, weights, set, classes, attackers, classifier, seed },
        [
          ...attacks.map((attack) => ({ plan: repeatedPlan(attack), count: set.count })),
          ...(masking === null ? [] : Object.values(maskingProbes(masking))).map((plan) => ({
            plan,
            count: checked,
          })),
        ],
        async (done, total) => {
          // Lets messages in, the order to stop among them.
          await setImmediate();
          signal.throwIfAborted();
          progress(done, total, 'pictures');
        },
      );

      const rows = attacks.map((attack) =>
        attackRowOf(attack, clean.correct, verdictsOf(repeatedPlan(attack))),
      );
      const checks =
        masking === null
          ? []
          : checksOf(
              masking,
              clean.correct.subarray(0, checked),
              verdictsOf,
              zeroGradientShare(tf, net, weights, set, checked, batch),
            );
      for (const { check, value, limit } of checks.filter(({ flagged }) => flagged === 'true'))
        log(`gradients may be masked: ${check} is ${value.toFixed(3)}, above ${limit.toFixed(3)}`);

      writeCsv(out('attacks.csv'), attackColumns, rows);
      writeCsv(out('masking.csv'), maskingColumns, checks);
      writeSafetensors(out('examples.safetensors'), [
        ['index', stored(set.index)],
        ['label', stored(set.labels)],
        ['correct', stored(clean.correct)],
        ...attacks.flatMap((attack) => arraysOf(attack.name, verdictsOf(repeatedPlan(attack)))),
      ]);
      writeFileSync(out('attack-eval.json'), `${JSON.stringify(summary(rows, checks), null, 2)}\n`);
    } finally {
      tf.dispose(weights);
      attackers.dispose();
      classifier.dispose();
    }
  },
});

function checksOf(
  masking: Masking,
  clean: Uint8Array,
  verdictsOf: (plan: RepeatedPlan) => Verdicts,
  zeroGradients: number,
): MaskingRow[] {
  const { pgd, fgsm, more, huge } = maskingProbes(masking);
  const under = (plan: RepeatedPlan) => verdictsOf(plan).correct;
  return maskingChecks(
    {
      clean,
      under: { pgd: under(pgd), fgsm: under(fgsm), more: under(more), huge: under(huge) },
      blackBox: null,
      zeroGradients,
    },
    masking,
  );
}

const arraysOf = (name: string, { correct, loss }: Verdicts): [string, StoredTensor][] => [
  [`${name}/correct`, stored(correct)],
  [`${name}/loss`, stored(loss)],
];

function summary(rows: readonly AttackRow[], checks: readonly MaskingRow[]): Record<string, unknown> {
  const flags = checks.filter(({ flagged }) => flagged === 'true').map(({ check }) => check);
  return {
    examples: rows[0]!.examples,
    cleanAccuracy: rows[0]!.cleanAccuracy,
    attacks: Object.fromEntries(
      rows.map(({ name, conditional, unconditional, loss }) => [name, { conditional, unconditional, loss }]),
    ),
    ...(checks.length === 0 ? {} : { masking: { flagged: flags.length > 0, signs: flags } }),
  };
}
