/**
 * Whether a role's nets are fit to be judged, by criteria that are blind to the claims. They do not change a verdict:
 * an under-fitted net shows how much slower it fits, and readers should know.
 */
import { mean as meanOf, once } from './picture-statistics.ts';
import type { Group } from './group.ts';
import { given, type RunResults } from './run-results.ts';

export interface Fitness {
  readonly criterion: string;
  readonly value: string;
  /** Null where it was not measured. */
  readonly met: boolean | null;
}

const leastTrainAccuracy = 0.85;
const leastWhereGapsAreJudged = 0.95;
const greatestLastChange = 0.05;

export function fitnessOf({ seeds, strengths }: Group): Fitness[] {
  const weakest = seeds.map(({ runs }) => runs[0]!);
  const all = seeds.flatMap(({ runs }) => [...runs]);
  if (weakest.length === 0) return [];
  const trained = averageOf(weakest, ({ train }) => average(train.correct));
  const at = `at AR ${strengths[0]!}`;
  return [
    {
      criterion: `train accuracy ${at} at least 85 %`,
      value: percent(trained),
      met: trained >= leastTrainAccuracy,
    },
    {
      criterion: `train accuracy ${at} at least 95 %, where gaps are judged`,
      value: percent(trained),
      met: trained >= leastWhereGapsAreJudged,
    },
    settled(all),
    aboveChance(weakest, at),
    unmasked(all),
  ];
}

/** The clean train loss changes by less than a twentieth in the last epoch, in the mean over runs. */
function settled(runs: readonly RunResults[]): Fitness {
  const criterion = 'clean train loss changes by less than 5 % in the last epoch';
  if (runs.some(({ history }) => history === null || history.length < 2))
    return { criterion, value: 'not given', met: null };
  const change = averageOf(runs, ({ history }) => {
    const [before, last] = given(history).slice(-2);
    return Math.abs(last!.cleanLoss - before!.cleanLoss) / before!.cleanLoss;
  });
  return { criterion, value: percent(change), met: change < greatestLastChange };
}

/** Robust accuracy of all pictures beyond that of guessing by two standard errors. */
function aboveChance(weakest: readonly RunResults[], at: string): Fitness {
  const criterion = `robust accuracy of all pictures ${at} above that of guessing`;
  if (weakest.some(({ attacked }) => attacked === null)) return { criterion, value: 'not given', met: null };
  const robust = averageOf(weakest, (run) => {
    const { clean, attacked } = given(run.attacked);
    return average(clean.map((right, i) => right * attacked[i]!));
  });
  const chance = 1 / weakest[0]!.test.classes;
  const pictures = given(weakest[0]!.attacked).clean.length;
  const standardError = Math.sqrt((chance * (1 - chance)) / pictures);
  return { criterion, value: percent(robust), met: robust > chance + 2 * standardError };
}

/** The claims ask this of FGSM training alone; robust accuracy under misleading gradients says nothing of any net. */
function unmasked(runs: readonly RunResults[]): Fitness {
  const criterion = 'no sign of masked gradients';
  if (runs.some(({ masking }) => masking === null)) return { criterion, value: 'not given', met: null };
  const flagged = runs.filter(({ masking }) => given(masking).some((check) => check.flagged === 'true'));
  return {
    criterion,
    value: `${flagged.length} of ${runs.length} runs flagged`,
    met: flagged.length === 0,
  };
}

const average = (values: Uint8Array): number => meanOf(values)(once(values.length));
const averageOf = (runs: readonly RunResults[], read: (run: RunResults) => number): number =>
  runs.reduce((sum, run) => sum + read(run), 0) / runs.length;
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
