/** All that was measured of one training run, in the form the claims read. */
import type { AttackRow, MaskingRow } from '../results/attack-table.ts';
import type { Run } from '../results/run.ts';
import type { TrainingSummary } from '../results/summaries.ts';
import type { LayerRow } from '../spectrum/layers-table.ts';

/** Per-picture results of one set; example i of every array is the same picture. */
export interface Pictures {
  /** Place in the data set as published. */
  readonly index: Int32Array;
  readonly classes: number;
  readonly loss: Float32Array;
  readonly margin: Float32Array;
  readonly probability: Float32Array;
  readonly correct: Uint8Array;
  /** Sum and sum of squares of the picture's logits. */
  readonly logitSum: Float64Array;
  readonly logitSquares: Float64Array;
}

/** The first pictures of the test set under the attack that is the same for all nets. */
export interface Attacked {
  readonly attack: AttackRow;
  /** Right without, and under, the attack. */
  readonly clean: Uint8Array;
  readonly attacked: Uint8Array;
}

/** The first pictures of the test set under the attack that maximises the loss. */
export interface Varied {
  /** Strength of the attack, in units of 1/255. */
  readonly epsilon: number;
  /** Without attack. */
  readonly loss: Float32Array;
  readonly correct: Uint8Array;
  /** CE(attacked) - CE(clean). */
  readonly change: Float32Array;
}

/** The end of one epoch, on unchanged training pictures. */
export interface Epoch {
  readonly cleanLoss: number;
  readonly cleanAccuracy: number;
}

/** Null: not given for this run. */
export interface RunResults {
  readonly run: Run;
  readonly test: Pictures;
  readonly train: Pictures;
  readonly attacked: Attacked | null;
  readonly masking: readonly MaskingRow[] | null;
  readonly spectra: readonly LayerRow[] | null;
  readonly variation: Varied | null;
  readonly history: readonly Epoch[] | null;
  readonly training: TrainingSummary | null;
}

/** What a claim may need beside the evaluation, in words. */
export const needTitles = {
  attacked: 'attacks on the finished nets',
  masking: 'checks for gradient masking',
  spectra: 'singular values',
  variation: 'loss variations',
  history: 'histories of training',
  training: 'summaries of training',
} as const;
export type ResultNeed = keyof typeof needTitles;

/** A result that the claim's `needs` made sure of. */
export function given<T>(result: T | null): T {
  if (result === null) throw new Error('a claim reads a result that it does not list in its needs');
  return result;
}
