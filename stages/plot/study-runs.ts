/** The training runs a figure draws, sorted by study. */
import type { ManyItem } from 'ar-pipe';
import type { StudyCaption } from '../results/caption.ts';
import { runOf, type Run } from '../results/run.ts';

/** What a stage measured of one run. */
export interface Measured<T> extends Run {
  readonly value: T;
}

/**
 * The runs of a study in the order of strength and seed, each read from its file.
 * @throws where two runs have one level of spectral control, strength and seed: nothing may be counted twice
 */
export function runsOf<T>(
  study: StudyCaption,
  items: readonly ManyItem[],
  read: (path: string) => T,
): Measured<T>[] {
  const taken = new Map<string, string>();
  return items
    .flatMap((item) => {
      const run = runOf(item);
      if (run.data !== study.data || run.net !== study.net) return [];
      const place = `SP ${run.sp}, strength ${run.epsilon}, seed ${run.seed}`;
      const twin = taken.get(place);
      if (twin !== undefined) {
        throw new Error(
          `${twin} and ${item.path} are both of ${study.dataTitle}, ${study.netTitle}, ${place}: a figure draws one training attack`,
        );
      }
      taken.set(place, item.path);
      return [{ ...run, value: read(item.path) }];
    })
    .sort((a, b) => a.epsilon - b.epsilon || a.seed - b.seed);
}

/** @throws naming the first run that belongs to no study: a mistyped label would leave its curve out in silence */
export function refuseStrangers(studies: readonly StudyCaption[], items: readonly ManyItem[]): void {
  for (const item of items) {
    const { data, net } = runOf(item);
    if (!studies.some((study) => study.data === data && study.net === net)) {
      const known = studies.map((study) => `${study.data} with ${study.net}`).join(', ');
      throw new Error(
        `${item.path} is of ${data} with ${net}; the figure's caption has the studies ${known}`,
      );
    }
  }
}
