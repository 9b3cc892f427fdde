/** What a panel says of a level of spectral control. */
import type { TrainingSummary } from '../results/summaries.ts';
import type { Measured } from './study-runs.ts';

export const levelText = (sp: 'none' | number): string =>
  sp === 'none' ? 'Uncontrolled' : `Spectral norms at most ${sp} (SP ${sp})`;

/** The spectral complexity reached, and whether control did anything: a level that never clipped changes no bit. */
export function capacityText(
  sp: 'none' | number,
  runs: readonly Measured<TrainingSummary>[],
): { subtitle?: string } {
  if (runs.length === 0) return {};
  const logs = runs.flatMap(({ value }) => value.logSpectralComplexity ?? []);
  const mean = logs.reduce((sum, log) => sum + log, 0) / runs.length;
  const complexity = logs.length === runs.length ? `ln SC ${mean.toFixed(1)}` : 'SC not known of every run';
  if (sp === 'none') return { subtitle: complexity };
  const clipping = runs.filter(({ value }) => value.layersClipped > 0).length;
  if (clipping === 0) return { subtitle: `${complexity}; never clipped: the same as uncontrolled` };
  return {
    subtitle: `${complexity}; clipped in ${clipping === runs.length ? 'every run' : `${clipping} of ${runs.length} runs`}`,
  };
}
