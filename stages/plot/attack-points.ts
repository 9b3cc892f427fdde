/** Accuracies of attacked nets, from attacks.csv, one a run, to the points of curves. */
import { readCsv } from '../lib/csv.ts';
import { attackRow, type AttackRow } from '../results/attack-table.ts';
import type { Measured } from './study-runs.ts';

/** All attacks of a run. */
export const readAttacks = (path: string): readonly AttackRow[] => readCsv(path, attackRow);

/** The runs' results under one attack; runs without it are left out. */
export function underAttack(
  runs: readonly Measured<readonly AttackRow[]>[],
  name: string,
): Measured<AttackRow>[] {
  return runs.flatMap((run) =>
    run.value.filter((row) => row.name === name).map((value) => ({ ...run, value })),
  );
}

/** The same for the attack that all nets must have withstood, `fixed`. @throws naming a run without it */
export function underFixedAttack(runs: readonly Measured<readonly AttackRow[]>[]): Measured<AttackRow>[] {
  const without = runs.find(({ value }) => !value.some(({ name }) => name === 'fixed'));
  if (without) {
    const { data, net, epsilon, seed, value } = without;
    throw new Error(
      `the run ${data}, ${net}, strength ${epsilon}, seed ${seed} has no attack named 'fixed', only ` +
        `${value.map(({ name }) => name).join(', ')}: name one so in the parameters of attack-eval`,
    );
  }
  return underAttack(runs, 'fixed');
}

/** Such as `PGD-10, step 2/255, ε 8/255`. @throws where runs were attacked differently: their curve would mean nothing */
export function attackText(runs: readonly Measured<AttackRow>[]): string {
  const texts = new Set(runs.map(({ value }) => `${stepsText(value)}, ε ${value.epsilon}/255`));
  if (texts.size !== 1)
    throw new Error(`runs to be drawn together were attacked differently: ${[...texts].join('; ')}`);
  return [...texts][0]!;
}

const stepsText = ({ kind, steps, stepSize, restarts }: AttackRow): string =>
  kind === 'fgsm'
    ? 'FGSM'
    : `PGD-${steps}, step ${stepSize}/255${restarts > 1 ? `, worst of ${restarts} starts` : ''}`;
