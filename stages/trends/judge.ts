/** From claims and measured runs to verdicts. */
import { robustAccuracyRises } from './claims/robustness.ts';
import { estimateOf, type Estimate } from './estimate.ts';
import { absent, fewSeeds, fewStrengths, masked, missing, untrained } from './gates.ts';
import type { Group, SeedRuns } from './group.ts';
import type { Claim, Delta, Gate, Part, Proposition } from './proposition.ts';
import { roleTitle, type Role } from './roles.ts';
import type { ResultNeed } from './run-results.ts';
import type { Draws, Sampler } from './sampler.ts';
import type { Study } from './study.ts';
import { allOf, anyOf, judge, type Finding, type Step } from './verdict.ts';

export interface JudgedPart {
  readonly kind: 'part';
  readonly name: string;
  readonly role: Role;
  readonly finding: Finding;
  /** Null where there is nothing to measure. */
  readonly estimate: Estimate | null;
  readonly steps: readonly Step[];
  /** Null where the estimate is. */
  readonly delta: number | null;
  readonly why: string;
  /** The estimate in the paper's own terms; empty for most. */
  readonly inWords: string;
  /** Whether the interval decided, not a reason known before. */
  readonly decided: boolean;
}
export type Judged =
  | JudgedPart
  | {
      readonly kind: 'all' | 'any';
      readonly name: string;
      readonly finding: Finding;
      readonly of: readonly Judged[];
    };

export interface JudgedSubject {
  readonly role: Role;
  readonly judged: Judged;
  /** Without verdicts. */
  readonly controls: readonly JudgedPart[];
}

export interface JudgedClaim {
  readonly claim: Claim;
  readonly subjects: readonly JudgedSubject[];
  /** Of the claim on all its subjects. */
  readonly finding: Finding;
}

export function judgeClaim(claim: Claim, study: Study): JudgedClaim {
  const subjects = (Object.entries(claim.on) as [Role, Proposition][]).map(([role, proposition]) => ({
    role,
    judged: judgeProposition(proposition, study),
    controls: study.subjects.has(role) ? claim.controls.map((part) => judgePart(part, role, study)) : [],
  }));
  const finding = allOf(subjects.map(({ role, judged }) => ({ name: roleTitle(role), ...judged.finding })));
  return { claim, subjects, finding };
}

function judgeProposition(proposition: Proposition, study: Study): Judged {
  if (proposition.kind === 'part') return judgePart(proposition.part, proposition.role, study);
  const of = proposition.of.map((inner) => judgeProposition(inner, study));
  const findings = of.map(({ name, finding }) => ({ name, ...finding }));
  return { ...proposition, of, finding: proposition.kind === 'all' ? allOf(findings) : anyOf(findings) };
}

export function judgePart(part: Part, role: Role, study: Study): JudgedPart {
  const { name, delta, needs, inWords } = part;
  const nothing = {
    kind: 'part',
    name,
    role,
    estimate: null,
    steps: [],
    delta: null,
    why: delta.why,
    inWords: '',
    decided: false,
  } as const;
  const notMeasurable = (reason: string): Finding => ({ verdict: 'not measurable', reason });

  const subject = study.subjects.get(role);
  const roles = part.statistic.kind === 'across' ? [role, part.statistic.other] : [role];
  const withoutNumbers = firstReason([absent, fewStrengths, missing(needs)], study, roles);
  if (subject === undefined || withoutNumbers !== undefined)
    return { ...nothing, finding: notMeasurable(withoutNumbers!) };

  const seeds = seedsOf(part, subject.group, study);
  if (seeds.length === 0)
    return { ...nothing, finding: notMeasurable('no seed has all the runs to be compared') };
  const { estimate, steps } = estimatesOf(part, { ...subject.group, seeds }, study);
  const undefinedSeed = estimate.perSeed.find(({ d }) => !Number.isFinite(d));
  if (undefinedSeed)
    return {
      ...nothing,
      finding: notMeasurable(`undefined for seed ${undefinedSeed.seed}: no pictures of the kind it is about`),
    };

  const measured = {
    ...nothing,
    estimate,
    steps,
    inWords: inWords?.(estimate.mean) ?? '',
    delta: deltaOf(delta, subject.group, study.sampler),
  };
  const gates = [
    fewSeeds,
    untrained,
    ...(part === robustAccuracyRises ? [] : [unmanipulated]),
    maskingKnown,
    ...part.gates,
  ];
  const reason = firstReason(gates, study, roles);
  if (reason !== undefined) return { ...measured, finding: notMeasurable(reason) };
  return { ...measured, decided: true, finding: judge(estimate, measured.delta, steps) };
}

function firstReason(gates: readonly Gate[], study: Study, roles: readonly Role[]): string | undefined {
  for (const role of roles)
    for (const gate of gates) {
      const reason = gate(study, role);
      if (reason !== undefined) return role === roles[0] ? reason : `${roleTitle(role)}: ${reason}`;
    }
  return undefined;
}

/** Seeds with all the runs that the part compares. */
function seedsOf({ statistic }: Part, { seeds }: Group, { subjects }: Study): readonly SeedRuns[] {
  if (statistic.kind !== 'across') return seeds;
  const others = subjects.get(statistic.other)!.group.seeds;
  return seeds.filter(({ seed }) => others.some((other) => other.seed === seed));
}

/** Claim xi is the check of all others: nets that adversarial training did not make robust say nothing of its effects. */
const unmanipulated: Gate = (study, role) => {
  const { verdict, reason } = judgePart(robustAccuracyRises, role, study).finding;
  return verdict === 'holds'
    ? undefined
    : `claim xi, robust accuracy rises, ${verdict === 'does not hold' ? 'does not hold' : 'is not measurable'} here: ${reason}`;
};

const maskingKnown: Gate = (study, role) => {
  const needs: ResultNeed[] = study.subjects.get(role)!.group.kind.attack === 'fgsm' ? ['masking'] : [];
  return missing(needs)(study, role) ?? masked(study, role);
};

/** The estimate, and for a contrast of three strengths or more those of the steps between neighbours. */
function estimatesOf(
  { statistic }: Part,
  { seeds, strengths }: Group,
  { sampler, subjects }: Study,
): { estimate: Estimate; steps: Step[] } {
  const ofEach = (draws: (runs: SeedRuns) => Draws): Estimate =>
    estimateOf(seeds.map((ofSeed) => ({ seed: ofSeed.seed, draws: draws(ofSeed) })));
  if (statistic.kind === 'level')
    return { estimate: ofEach(({ runs }) => statistic.of(runs, sampler, strengths)), steps: [] };
  if (statistic.kind === 'across') {
    const others = subjects.get(statistic.other)!.group.seeds;
    const runsOf = (seed: number) => others.find((other) => other.seed === seed)!.runs;
    return { estimate: ofEach(({ seed, runs }) => statistic.of(runs, runsOf(seed), sampler)), steps: [] };
  }
  const between = (from: number, to: number): Estimate =>
    ofEach(({ runs }) =>
      statistic.of({ weaker: runs[from]!, stronger: runs[to]!, weakest: runs[0]! }, sampler),
    );
  const last = strengths.length - 1;
  const steps = strengths
    .slice(1)
    .map((to, i): Step => ({ from: strengths[i]!, to, estimate: between(i, i + 1) }));
  return { estimate: between(0, last), steps: last > 1 ? steps : [] };
}

/** In the statistic's unit. */
function deltaOf(delta: Delta, { seeds }: Group, sampler: Sampler): number {
  if ('value' in delta) return delta.value;
  const values = seeds.map(({ runs }) => delta.of(runs[0]!, sampler)[0]!);
  return delta.share * Math.abs(values.reduce((a, b) => a + b, 0) / values.length);
}
