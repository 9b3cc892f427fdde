/** The table of a net's accuracy under attacks, as `attack-eval` writes it and figures, tables and trends read it. */
import * as z from 'zod';
import { numberColumn } from '../lib/csv.ts';

/** Name of the attack that is the same for all nets: the paper's row 'PGD' (ambiguity 1 of docs/paper.md). */
export const fixedAttack = 'fixed';

/** One line of attacks.csv: one attack on one net. Sizes are in units of 1/255, accuracies are shares from 0 to 1. */
export const attackRow = z.object({
  /** Name given in the parameters: `fixed` (the paper's PGD row), `matched` (the strength trained with), … */
  name: z.string(),
  kind: z.enum(['pgd', 'fgsm']),
  epsilon: numberColumn,
  stepSize: numberColumn,
  steps: numberColumn,
  restarts: numberColumn,
  randomStart: z.enum(['true', 'false']),
  /** Pictures attacked: the first so many of the test set. */
  examples: numberColumn,
  /** Share of them that is right without attack. */
  cleanAccuracy: numberColumn,
  /** Of those right without attack, the share still right under it: the paper's robust accuracy. */
  conditional: numberColumn,
  /** Share of all of them right with and without attack; what others publish. */
  unconditional: numberColumn,
  /** Mean cross-entropy of the attacked pictures. */
  loss: numberColumn,
});
export type AttackRow = z.output<typeof attackRow>;
export const attackColumns = Object.keys(attackRow.shape) as (keyof AttackRow)[];

/** One line of masking.csv: one sign that gradients, not the net, withstand the attacks (Carlini et al. 2019). */
export const maskingRow = z.object({
  check: z.string(),
  value: numberColumn,
  limit: numberColumn,
  flagged: z.enum(['true', 'false']),
});
export type MaskingRow = z.output<typeof maskingRow>;
export const maskingColumns = Object.keys(maskingRow.shape) as (keyof MaskingRow)[];
