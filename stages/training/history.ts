/** What is recorded of each epoch. */

export interface EpochRecord {
  /** Epochs done, counted from 1. */
  readonly epoch: number;
  /** Of the epoch's last step. */
  readonly learningRate: number;
  /** Mean over the pictures trained on (attacked ones), each before its step. */
  readonly trainingLoss: number;
  readonly trainingAccuracy: number;
  /** On the fixed probe, unchanged pictures, with the weights at the end of the epoch. */
  readonly cleanLoss: number;
  readonly cleanAccuracy: number;
  /** On the same pictures attacked as in training, where that was measured; a share of all of them. */
  readonly robustAccuracy: number | null;
  /** Layers changed at the end of the epoch; null without spectral control. */
  readonly layersClipped: number | null;
  /** Natural logarithm of the product of the layers' spectral norms after control; null without it, or where a layer is 0. */
  readonly logSpectralComplexity: number | null;
}

const columns = [
  'epoch',
  'learningRate',
  'trainingLoss',
  'trainingAccuracy',
  'cleanLoss',
  'cleanAccuracy',
  'robustAccuracy',
  'layersClipped',
  'logSpectralComplexity',
] as const satisfies readonly (keyof EpochRecord)[];

/** CSV with a header; numbers in full precision, an empty field where nothing was measured. */
export function historyCsv(history: readonly EpochRecord[]): string {
  const rows = history.map((record) => columns.map((column) => record[column] ?? '').join(','));
  return [columns.join(','), ...rows, ''].join('\n');
}
