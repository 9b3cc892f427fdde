/** A table of the paper before it is written: blocks of rows, one column a strength of adversarial training. */
import type { RunKind } from '../results/run.ts';

/** One number of several runs that differ in their seed alone. */
export interface Cell {
  /** Strength of the training attack, in units of 1/255. */
  readonly strength: number;
  readonly mean: number;
  /** Sample STD over the seeds (divided by their number less 1); null for a single seed. */
  readonly std: number | null;
  /** The value of every seed, seeds rising. */
  readonly perSeed: readonly { readonly seed: number; readonly value: number }[];
}

/** How numbers of a row are printed: accuracies as per cent, losses as they are. */
export type Unit = 'share' | 'loss';

export interface Row {
  /** Name in data files, such as `testLoss`. */
  readonly quantity: string;
  readonly label: string;
  readonly unit: Unit;
  /** Not in the paper's table. */
  readonly ours: boolean;
  /** One a strength that was measured; others are printed as dashes. */
  readonly cells: readonly Cell[];
}

export interface Block {
  readonly title: string;
  /** Null where the profile has no such runs. */
  readonly runs: RunKind | null;
  readonly rows: readonly Row[];
}

export interface Table {
  /** Names its files, such as `table3`. */
  readonly id: string;
  readonly title: string;
  /** Strengths of the columns, rising. */
  readonly strengths: readonly number[];
  readonly blocks: readonly Block[];
  /** Sentences below the table: how it was made, what is ours, what is absent. */
  readonly notes: readonly string[];
}

/** Head of a strength's column; the paper has none without adversarial training. */
export const strengthHead = (strength: number): string =>
  strength === 0 ? 'none (ours)' : `${strength}/255`;
