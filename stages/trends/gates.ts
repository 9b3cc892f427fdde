/** Reasons for which a claim cannot be measured, asked before its statistic is looked at. */
import { estimateOf, leastSeeds } from './estimate.ts';
import type { Group } from './group.ts';
import type { Measure } from './measures.ts';
import { mean, once } from './picture-statistics.ts';
import type { Gate } from './proposition.ts';
import { controlledRole, roleTitle } from './roles.ts';
import { given, needTitles, type ResultNeed, type RunResults } from './run-results.ts';

export const absent: Gate = ({ profile, subjects }, role) =>
  subjects.has(role) ? undefined : `not part of the profile “${profile}”`;

export const fewStrengths: Gate = ({ subjects }, role) =>
  subjects.get(role)!.group.strengths.length < 2 ? 'runs of one strength only' : undefined;

export const fewSeeds: Gate = ({ subjects }, role) => {
  const { length } = subjects.get(role)!.group.seeds;
  if (length >= leastSeeds) return undefined;
  return `${length === 1 ? '1 seed' : `${length} seeds`}, ${leastSeeds} are needed for an interval`;
};

const runsOf = ({ seeds }: Group): RunResults[] => seeds.flatMap(({ runs }) => [...runs]);

export const missing =
  (needs: readonly ResultNeed[]): Gate =>
  ({ subjects }, role) => {
    const runs = runsOf(subjects.get(role)!.group);
    const lacking = needs.filter((need) => runs.some((run) => run[need] === null));
    return lacking.length === 0
      ? undefined
      : `no ${lacking.map((need) => needTitles[need]).join(', no ')} given`;
  };

/** A net whose loss is that of guessing, ln(classes), has learnt nothing that adversarial training could change. */
export const untrained: Gate = ({ subjects }, role) => {
  for (const { run, train } of runsOf(subjects.get(role)!.group)) {
    const loss = mean(train.loss)(once(train.loss.length));
    if (loss >= 0.99 * Math.log(train.classes))
      return `the net of AR ${run.epsilon}, seed ${run.seed} is not trained: its train loss ${loss.toFixed(3)} is that of guessing`;
  }
  return undefined;
};

/** FGSM training may teach a net to hide its gradients instead of withstanding attacks. */
export const masked: Gate = ({ subjects }, role) => {
  const { group } = subjects.get(role)!;
  if (group.kind.attack !== 'fgsm') return undefined;
  const flagged = runsOf(group).flatMap(({ run, masking }) =>
    given(masking)
      .filter((check) => check.flagged === 'true')
      .map(({ check }) => `${check} at AR ${run.epsilon}, seed ${run.seed}`),
  );
  return flagged.length === 0 ? undefined : `gradient masking is flagged: ${flagged.join(', ')}`;
};

/** A claim on how a gap changes needs a gap. */
export const gapAbove0 =
  (title: string, gap: Measure): Gate =>
  ({ subjects, sampler }, role) => {
    const { strengths, seeds } = subjects.get(role)!.group;
    const { mean: value, halfWidth } = estimateOf(
      seeds.map(({ seed, runs }) => ({ seed, draws: gap(runs[0]!, sampler) })),
    );
    if (value - (halfWidth ?? Infinity) > 0) return undefined;
    const interval = halfWidth === null ? '' : ` ± ${halfWidth.toPrecision(3)}`;
    return `the ${title} at AR ${strengths[0]!} is not above 0: ${value.toPrecision(3)}${interval}`;
  };

/** The claim is about one data set, not about whatever stands in its role. */
export const originalData: Gate = ({ subjects }, role) =>
  subjects.get(role)!.original ? undefined : `the claim is about ${roleTitle(role).split(',')[0]!} itself`;

/** Levels of spectral control must have acted, and made spectral complexity rise from level to level, up to none. */
export const spectralControlActs: Gate = ({ subjects, levels, profile }) => {
  if (levels.length === 0) return `no levels of spectral control in the profile “${profile}”`;
  const roles = [...levels.map(controlledRole), 'main' as const];
  const groups = roles.map((role) => subjects.get(role)!.group);
  for (const [i, group] of groups.entries()) {
    const runs = runsOf(group);
    if (runs.some(({ training }) => training === null)) return `no ${needTitles.training} given`;
    const clipped = runs.reduce((sum, { training }) => sum + given(training).layersClipped, 0);
    if (i < levels.length && clipped === 0)
      return `SP ${levels[i]!} never clipped a layer: it is uncontrolled training`;
  }
  const known = groups.map(complexitiesOf);
  if (known.some((logs, i) => logs.length < runsOf(groups[i]!).length))
    return 'the spectral complexity of a run is not known: a layer of it is all zeros, or its maps are not square';
  const complexity = known.map((logs) => logs.reduce((a, b) => a + b, 0) / logs.length);
  const unordered = complexity.findIndex((value, i) => i > 0 && value <= complexity[i - 1]!);
  if (unordered < 0) return undefined;
  const name = (i: number): string => (i < levels.length ? `SP ${levels[i]!}` : 'no control');
  return (
    `spectral complexity is not smaller under stronger control: its log is ` +
    `${complexity[unordered - 1]!.toFixed(2)} at ${name(unordered - 1)}, ${complexity[unordered]!.toFixed(2)} at ${name(unordered)}`
  );
};

const complexitiesOf = (group: Group): number[] =>
  runsOf(group).flatMap(({ training }) => given(training).logSpectralComplexity ?? []);
