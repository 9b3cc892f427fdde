/** Judged claims as lines of a table: one a claim, one a subject, one a part, one a control. */
import type { Judged, JudgedClaim, JudgedPart } from './judge.ts';
import type { Role } from './roles.ts';
import { scopeText, subjectTitle, type Study } from './study.ts';
import type { Finding, Verdict } from './verdict.ts';

export interface TrendRow {
  readonly claim: string;
  readonly kind: 'claim' | 'subject' | 'part' | 'control';
  /** Role of the runs; empty for a claim on all its subjects. */
  readonly role: Role | '';
  /** Data set and net; the paper's where they are absent. */
  readonly nets: string;
  /** `paper` or what stands in for it; empty where that is absent. */
  readonly scope: string;
  readonly name: string;
  /** Empty for controls. */
  readonly verdict: Verdict | '';
  readonly reason: string;
  /** Mean over seeds of d, above 0 in the paper's direction; empty where nothing was measured. */
  readonly mean: number | '';
  /** 95 % interval; empty for fewer than three seeds. */
  readonly low: number | '';
  readonly high: number | '';
  readonly sePictures: number | '';
  readonly seeds: number | '';
  /** One of +, -, 0 a seed. */
  readonly signs: string;
  readonly perSeed: string;
  /** Smallest effect of interest, and why. */
  readonly delta: number | '';
  readonly why: string;
  /** The mean in the paper's own terms, where it has others. */
  readonly inWords: string;
  /** Contrasts of neighbouring strengths. */
  readonly steps: string;
}

export const trendColumns = [
  'claim',
  'kind',
  'role',
  'nets',
  'scope',
  'name',
  'verdict',
  'reason',
  'mean',
  'low',
  'high',
  'sePictures',
  'seeds',
  'signs',
  'perSeed',
  'delta',
  'why',
  'inWords',
  'steps',
] as const satisfies readonly (keyof TrendRow)[];

const nothing = {
  mean: '',
  low: '',
  high: '',
  sePictures: '',
  seeds: '',
  signs: '',
  perSeed: '',
  delta: '',
  why: '',
  inWords: '',
  steps: '',
} as const;

export function trendRows(claims: readonly JudgedClaim[], study: Study): TrendRow[] {
  return claims.flatMap(({ claim, subjects, finding }): TrendRow[] => [
    {
      claim: claim.id,
      kind: 'claim',
      role: '',
      nets: '',
      scope: '',
      name: claim.words,
      ...finding,
      ...nothing,
    },
    ...subjects.flatMap(({ role, judged, controls }): TrendRow[] => [
      {
        claim: claim.id,
        kind: 'subject',
        role,
        nets: subjectTitle(study, role),
        scope: scopeText(study, role),
        name: judged.name,
        ...judged.finding,
        ...nothing,
      },
      ...partsOf(judged).map(({ path, part }) => partRow(claim.id, 'part', path, part, study)),
      ...controls.map((part) => partRow(claim.id, 'control', part.name, part, study)),
    ]),
  ]);
}

/** The leaves of a judged proposition, each with the names of what it is part of. */
export function partsOf(judged: Judged): { path: string; part: JudgedPart }[] {
  if (judged.kind === 'part') return [{ path: judged.name, part: judged }];
  // A part of a single thing says nothing that the thing does not say; claim numbers of repeats do.
  return judged.of.flatMap((inner) =>
    partsOf(inner).map(({ path, part }) => ({
      path: isNumber(inner) ? `${inner.name}: ${path}` : path,
      part,
    })),
  );
}

const isNumber = ({ kind, name }: Judged): boolean => kind !== 'part' && /^[ivx]+$/.test(name);

function partRow(
  claim: string,
  kind: 'part' | 'control',
  name: string,
  part: JudgedPart,
  study: Study,
): TrendRow {
  const { role, estimate, delta, why, inWords, steps } = part;
  const found: Finding | { verdict: ''; reason: string } =
    kind === 'part' ? part.finding : { verdict: '', reason: estimate === null ? part.finding.reason : '' };
  const row = {
    claim,
    kind,
    role,
    nets: subjectTitle(study, role),
    scope: scopeText(study, role),
    name,
    ...found,
  };
  if (estimate === null) return { ...row, ...nothing };
  const { mean, halfWidth, sePictures, perSeed } = estimate;
  return {
    ...row,
    mean,
    low: halfWidth === null ? '' : mean - halfWidth,
    high: halfWidth === null ? '' : mean + halfWidth,
    sePictures,
    seeds: perSeed.length,
    signs: perSeed.map(({ d }) => (d > 0 ? '+' : d < 0 ? '-' : '0')).join(' '),
    perSeed: perSeed.map(({ seed, d }) => `${seed}=${d}`).join(';'),
    delta: kind === 'control' ? '' : (delta ?? ''),
    why: kind === 'control' ? '' : why,
    inWords,
    steps: steps
      .map(({ from, to, estimate: step }) =>
        step.halfWidth === null
          ? `${from} to ${to}: ${step.mean}`
          : `${from} to ${to}: ${step.mean - step.halfWidth} to ${step.mean + step.halfWidth}`,
      )
      .join(';'),
  };
}
