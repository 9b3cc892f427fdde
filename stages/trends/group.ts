/** Runs that differ in strength and seed alone, paired by seed: the same initialisation, batch order and noise at every strength. */
import { isOfKind, type RunKind } from '../results/run.ts';
import type { RunResults } from './run-results.ts';

export interface SeedRuns {
  readonly seed: number;
  /** One a strength of the group, in the order of its strengths. */
  readonly runs: readonly RunResults[];
}

export interface Group {
  readonly kind: RunKind;
  /** In units of 1/255, rising, without ordinary training, which is not in the paper. */
  readonly strengths: readonly number[];
  /** Seeds with a run at every strength, rising. */
  readonly seeds: readonly SeedRuns[];
}

/** @throws where no run is of this kind, two are the same run, or runs were measured on other pictures */
export function groupOf(kind: RunKind, all: readonly RunResults[]): Group {
  const runs = all.filter(({ run }) => isOfKind(run, kind) && run.epsilon > 0);
  if (runs.length === 0) throw new Error(`no run with the labels ${JSON.stringify(kind)} was given`);
  runs.forEach((run) => {
    refuseOtherPictures(run, runs[0]!);
  });
  const rising = (values: number[]): number[] => [...new Set(values)].sort((a, b) => a - b);
  const strengths = rising(runs.map(({ run }) => run.epsilon));
  const seeds = rising(runs.map(({ run }) => run.seed)).flatMap((seed) => {
    const ofSeed = strengths.map((strength) =>
      runs.filter(({ run }) => run.seed === seed && run.epsilon === strength),
    );
    if (ofSeed.some(({ length }) => length > 1))
      throw new Error(
        `two runs with the labels ${JSON.stringify(kind)} have seed ${seed} and the same strength`,
      );
    return ofSeed.every(({ length }) => length === 1) ? [{ seed, runs: ofSeed.flat() }] : [];
  });
  return { kind, strengths, seeds };
}

/** Differences are paired by picture too. */
function refuseOtherPictures(a: RunResults, b: RunResults): void {
  for (const set of ['test', 'train'] as const) {
    const [ofA, ofB] = [a[set].index, b[set].index];
    if (ofA.length === ofB.length && ofA.every((index, i) => index === ofB[i])) continue;
    const name = ({ run }: RunResults): string => `strength ${run.epsilon}, seed ${run.seed}`;
    throw new Error(
      `the runs (${name(a)}) and (${name(b)}) of ${a.run.data}, ${a.run.net} were evaluated on different ${set} pictures`,
    );
  }
}
