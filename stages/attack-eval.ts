/**
 * A finished net under attacks (figures 1c and 12, tables 3 to 5): its accuracy on the pictures that were right before, and on
 * all; and signs that it owes it to misleading gradients.
 */
import { writeFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { defineStage, metrics } from 'ar-pipe';
import * as z from 'zod';
import { namedAttacksSchema } from './attacks/params.ts';
import { attackRowOf, repeatedPlan } from './evaluation/attack-rows.ts';
import { underSquares } from './evaluation/black-box.ts';
import { attackAll } from './evaluation/campaign.ts';
import { maskingChecks, maskingProbes, maskingSchema, type Masking } from './evaluation/masking.ts';
import { withSubject, type Subject } from './evaluation/subject.ts';
import type { RepeatedPlan } from './evaluation/under-attack.ts';
import type { Verdicts } from './evaluation/verdicts.ts';
import { zeroGradientShare } from './evaluation/zero-gradients.ts';
import { writeCsv } from './lib/csv.ts';
import { stored, writeSafetensors, type StoredTensor } from './lib/safetensors.ts';
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
    const source = { weights: needs.weights, pictures: needs.test, count: params.pictures, batch };
    await withSubject(source, async (subject) => {
      const { set, clean } = subject;
      const onDone = async (done: number, total: number, unit: string): Promise<void> => {
        // Lets messages in, the order to stop among them.
        await setImmediate();
        signal.throwIfAborted();
        progress(done, total, unit);
      };
      const checked = Math.min(masking?.pictures ?? 0, set.count);
      const probes = masking === null ? [] : Object.values(maskingProbes(masking));
      const verdictsOf = await attackAll(
        subject,
        seed,
        [
          ...attacks.map((attack) => ({ plan: repeatedPlan(attack), count: set.count })),
          ...probes.map((plan) => ({ plan, count: checked })),
        ],
        (done, total) => onDone(done, total, 'pictures'),
      );
      const rows = attacks.map((attack) =>
        attackRowOf(attack, clean.correct, verdictsOf(repeatedPlan(attack))),
      );
      const blackBox =
        masking === null || masking.queries === 0
          ? null
          : await underSquares(
              subject,
              seed,
              { epsilon: masking.epsilon / 255, queries: masking.queries },
              checked,
              (done) => onDone(done, masking.queries, 'queries'),
            );
      const checks = masking === null ? [] : checksOf(subject, masking, checked, batch, verdictsOf, blackBox);
      for (const { check, value, limit } of checks.filter(isFlagged))
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
    });
  },
});

const isFlagged = ({ flagged }: MaskingRow): boolean => flagged === 'true';

function checksOf(
  subject: Subject,
  masking: Masking,
  checked: number,
  batch: number,
  verdictsOf: (plan: RepeatedPlan) => Verdicts,
  blackBox: Uint8Array | null,
): MaskingRow[] {
  const { pgd, fgsm, more, huge } = maskingProbes(masking);
  const under = (plan: RepeatedPlan) => verdictsOf(plan).correct;
  return maskingChecks(
    {
      clean: subject.clean.correct.subarray(0, checked),
      under: { pgd: under(pgd), fgsm: under(fgsm), more: under(more), huge: under(huge) },
      blackBox,
      zeroGradients: zeroGradientShare(subject, checked, batch),
    },
    masking,
  );
}

const arraysOf = (name: string, { correct, loss }: Verdicts): [string, StoredTensor][] => [
  [`${name}/correct`, stored(correct)],
  [`${name}/loss`, stored(loss)],
];

function summary(rows: readonly AttackRow[], checks: readonly MaskingRow[]): Record<string, unknown> {
  const flags = checks.filter(isFlagged).map(({ check }) => check);
  return {
    examples: rows[0]!.examples,
    cleanAccuracy: rows[0]!.cleanAccuracy,
    attacks: Object.fromEntries(
      rows.map(({ name, conditional, unconditional, loss }) => [name, { conditional, unconditional, loss }]),
    ),
    ...(checks.length === 0 ? {} : { masking: { flagged: flags.length > 0, signs: flags } }),
  };
}
