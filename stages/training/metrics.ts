/** What metrics.json says of a finished training: its last epoch, and what became of its layers. */
import type { EpochRecord } from './history.ts';

/** Clips of layers, summed over all epochs. */
export const clipsOf = (history: readonly EpochRecord[]): number =>
  history.reduce((sum, { layersClipped }) => sum + (layersClipped ?? 0), 0);

/**
 * Numbers by name; what was not measured is left out.
 * @param logSpectralComplexity of the final weights; null where a layer is all zeros
 */
export function trainingMetrics(
  history: readonly EpochRecord[],
  parameters: number,
  logSpectralComplexity: number | null,
): Record<string, number> {
  const all = { ...history.at(-1)!, parameters, logSpectralComplexity, layersClipped: clipsOf(history) };
  return Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, number] => entry[1] !== null),
  );
}
