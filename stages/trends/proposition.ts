/** What a claim says, as data: parts with a statistic each, joined by `all` and `any`. */
import type { Role } from './roles.ts';
import type { Measure } from './measures.ts';
import type { ResultNeed, RunResults } from './run-results.ts';
import { minus, type Draws, type Sampler } from './sampler.ts';
import type { Study } from './study.ts';

/** Two runs of one seed, and that of the weakest strength, which yardsticks such as tau are taken from. */
export interface Pair {
  readonly weaker: RunResults;
  readonly stronger: RunResults;
  readonly weakest: RunResults;
}

/** d > 0 is the paper's direction in each. */
export type Statistic =
  /** A change between two strengths: the weakest and the strongest, then each step between neighbours. */
  | { readonly kind: 'contrast'; readonly of: (pair: Pair, sampler: Sampler) => Draws }
  /** A number of one seed's runs, in the order of their strengths. */
  | {
      readonly kind: 'level';
      readonly of: (runs: readonly RunResults[], sampler: Sampler, strengths: readonly number[]) => Draws;
    }
  /** A number of one seed's runs and those of the same seed in another role. */
  | {
      readonly kind: 'across';
      readonly other: Role;
      readonly of: (runs: readonly RunResults[], others: readonly RunResults[], sampler: Sampler) => Draws;
    };

/** The smallest effect of interest: a number in the statistic's unit, or a share of a quantity at the weakest strength. */
export type Delta = { readonly why: string } & (
  { readonly value: number } | { readonly share: number; readonly of: Measure }
);

/** Says why a part cannot be measured, or nothing. */
export type Gate = (study: Study, role: Role) => string | undefined;

export interface Part {
  readonly name: string;
  readonly statistic: Statistic;
  readonly delta: Delta;
  /** Results it reads beside the evaluation. */
  readonly needs: readonly ResultNeed[];
  readonly gates: readonly Gate[];
  /** The mean of d in the paper's own terms, where it has others. */
  readonly inWords?: (d: number) => string;
}

export type Proposition =
  | { readonly kind: 'part'; readonly role: Role; readonly part: Part }
  | { readonly kind: 'all' | 'any'; readonly name: string; readonly of: readonly Proposition[] };

/** Roles that a claim speaks of, in the order of the report. */
export type Subjects = Partial<Record<Role, Proposition>>;

export interface Claim {
  /** Roman number, as docs/paper.md has it. */
  readonly id: string;
  /** The paper's words, shortened. */
  readonly words: string;
  readonly on: Subjects;
  /** Measured beside it, without a verdict: weaker fitting and a larger scale move margins and losses too. */
  readonly controls: readonly Part[];
}

type Rest = Pick<Part, 'delta'> & Partial<Pick<Part, 'needs' | 'gates' | 'inWords'>>;

const partOf = (name: string, statistic: Statistic, rest: Rest): Part => ({
  needs: [],
  gates: [],
  ...rest,
  name,
  statistic,
});

export const contrast = (
  name: string,
  of: Extract<Statistic, { kind: 'contrast' }>['of'],
  rest: Rest,
): Part => partOf(name, { kind: 'contrast', of }, rest);

export const level = (name: string, of: Extract<Statistic, { kind: 'level' }>['of'], rest: Rest): Part =>
  partOf(name, { kind: 'level', of }, rest);

export const across = (
  name: string,
  other: Role,
  of: Extract<Statistic, { kind: 'across' }>['of'],
  rest: Rest,
): Part => partOf(name, { kind: 'across', other, of }, rest);

/** The measure is greater at the stronger attack. */
export const rises = (name: string, measure: Measure, rest: Rest): Part =>
  contrast(
    name,
    ({ weaker, stronger }, sampler) => minus(measure(stronger, sampler), measure(weaker, sampler)),
    rest,
  );

/** The measure is smaller at the stronger attack. */
export const falls = (name: string, measure: Measure, rest: Rest): Part =>
  contrast(
    name,
    ({ weaker, stronger }, sampler) => minus(measure(weaker, sampler), measure(stronger, sampler)),
    rest,
  );

/** Change over the range of strengths of the least-squares line through them, with this sign. */
export const slope = (name: string, measure: Measure, sign: 1 | -1, rest: Rest): Part =>
  level(
    name,
    (runs, sampler, strengths) => {
      const weights = slopeWeights(strengths).map((weight) => sign * weight);
      const draws = runs.map((run) => measure(run, sampler));
      return draws[0]!.map((_, b) => draws.reduce((sum, one, i) => sum + weights[i]! * one[b]!, 0));
    },
    rest,
  );

/** Weights of the values at these positions in the slope of their least-squares line times the positions' range. */
export function slopeWeights(positions: readonly number[]): number[] {
  const centre = positions.reduce((a, b) => a + b, 0) / positions.length;
  const squares = positions.reduce((sum, x) => sum + (x - centre) ** 2, 0);
  const range = Math.max(...positions) - Math.min(...positions);
  return positions.map((x) => ((x - centre) / squares) * range);
}

export const all = (name: string, ...of: readonly Proposition[]): Proposition => ({ kind: 'all', name, of });
export const any = (name: string, ...of: readonly Proposition[]): Proposition => ({ kind: 'any', name, of });
export const on = (role: Role, part: Part): Proposition => ({ kind: 'part', role, part });
/** Every part, on one subject. */
export const allOn = (role: Role, parts: readonly Part[]): Proposition =>
  parts.length === 1 ? on(role, parts[0]!) : all('every part', ...parts.map((part) => on(role, part)));
