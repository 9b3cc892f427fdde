/** The readings of one run that tables 2 to 5 print, and the rows they make (facts of sections 4.2 and B of the paper). */
import { fixedAttack, type AttackRow } from '../results/attack-table.ts';
import type { Run } from '../results/run.ts';
import type { EvaluationSummary } from '../results/summaries.ts';
import { cellOf } from './cell.ts';
import type { Row, Unit } from './table.ts';

/** What was measured of one run. */
export interface Performance {
  readonly run: Run;
  readonly summary: EvaluationSummary;
  /** Lines of attacks.csv. */
  readonly attacks: readonly AttackRow[];
  /** Layers clipped in its training, summed over epochs. */
  readonly layersClipped: number;
}

interface RowKind {
  readonly quantity: string;
  readonly label: string;
  readonly unit: Unit;
  readonly ours: boolean;
  /** Null where the run was not measured so. */
  readonly read: (run: Performance) => number | null;
}

/** Name of the attack of the strength trained with. */
const matchedAttack = 'matched';

const attacked =
  (name: string, quantity: 'conditional' | 'unconditional') =>
  ({ attacks }: Performance): number | null =>
    attacks.find((row) => row.name === name)?.[quantity] ?? null;

const kinds = {
  trainAccuracy: { label: 'Trn Acc. (%)', unit: 'share', read: ({ summary }) => summary.train.accuracy },
  testAccuracy: { label: 'Test Acc. (%)', unit: 'share', read: ({ summary }) => summary.test.accuracy },
  errorGap: { label: 'ΔAcc. (%)', unit: 'share', read: ({ summary }) => summary.errorGap },
  trainLoss: { label: 'Trn Loss', unit: 'loss', read: ({ summary }) => summary.train.loss },
  testLoss: { label: 'Test Loss', unit: 'loss', read: ({ summary }) => summary.test.loss },
  lossGap: { label: 'ΔLoss', unit: 'loss', read: ({ summary }) => summary.lossGap },
  pgd: { label: 'PGD (%)', unit: 'share', read: attacked(fixedAttack, 'conditional') },
  pgdUnconditional: { label: 'PGD of all (%)', unit: 'share', read: attacked(fixedAttack, 'unconditional') },
  pgdMatched: { label: 'PGD, matched ε (%)', unit: 'share', read: attacked(matchedAttack, 'conditional') },
  pgdMatchedUnconditional: {
    label: 'PGD of all, matched ε (%)',
    unit: 'share',
    read: attacked(matchedAttack, 'unconditional'),
  },
} as const satisfies Record<string, Omit<RowKind, 'quantity' | 'ours'>>;
type Quantity = keyof typeof kinds;

export type PerformanceTable = 'table2' | 'table3' | 'table4' | 'table5';

const ofAllNets = [
  'trainAccuracy',
  'testAccuracy',
  'errorGap',
  'trainLoss',
  'testLoss',
  'lossGap',
  'pgd',
] as const;
const ours = ['pgdUnconditional', 'pgdMatched', 'pgdMatchedUnconditional'] as const;

/** Rows of each table: those of the paper's, then ours. */
const layouts: Record<PerformanceTable, { paper: readonly Quantity[]; ours: readonly Quantity[] }> = {
  table2: {
    paper: ['testAccuracy', 'trainLoss', 'testLoss', 'lossGap'],
    ours: ['trainAccuracy', 'errorGap', 'pgd', ...ours],
  },
  table3: { paper: ofAllNets, ours },
  table4: { paper: ofAllNets, ours },
  table5: { paper: ofAllNets, ours },
};

/** The rows of a block. @throws naming the strength where two runs have one seed */
export function performanceRows(table: PerformanceTable, runs: readonly Performance[]): Row[] {
  const { paper, ours: added } = layouts[table];
  return [...paper, ...added].map((quantity): Row => {
    const { label, unit, read } = kinds[quantity];
    return { quantity, label, unit, ours: added.includes(quantity), cells: cellsOf(runs, read) };
  });
}

/** One cell a strength; a strength one of whose runs was not measured has none: its mean would be of other seeds. */
function cellsOf(runs: readonly Performance[], read: RowKind['read']) {
  return strengthsOf(runs).flatMap((strength) => {
    const values = runs
      .filter(({ run }) => run.epsilon === strength)
      .map((performance) => ({ seed: performance.run.seed, value: read(performance) }));
    const measured = values.filter((entry): entry is { seed: number; value: number } => entry.value !== null);
    return measured.length === values.length ? [cellOf(strength, measured)] : [];
  });
}

/** Strengths of the runs, rising. */
export const strengthsOf = (runs: readonly { readonly run: Run }[]): number[] =>
  [...new Set(runs.map(({ run }) => run.epsilon))].sort((a, b) => a - b);
