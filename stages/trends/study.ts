/** The runs of all roles, ready to be judged. */
import { groupOf, type Group } from './group.ts';
import {
  controlledRole,
  roleNames,
  roleSuffix,
  roleTitle,
  type Role,
  type Roles,
  type SubjectParams,
} from './roles.ts';
import type { RunResults } from './run-results.ts';
import type { Sampler } from './sampler.ts';

export interface Subject {
  readonly group: Group;
  /** Data set and net, with the spectral control or FGSM that sets its runs apart. */
  readonly title: string;
  readonly original: boolean;
}

export interface Study {
  readonly profile: string;
  /** Whether verdicts are of the paper's own scale or of an analogue. */
  readonly scope: 'paper' | 'analogue';
  /** A role that is absent has no entry. */
  readonly subjects: ReadonlyMap<Role, Subject>;
  /** Levels of spectral control, rising. */
  readonly levels: readonly number[];
  readonly sampler: Sampler;
}

export function studyOf(
  { profile, scope, roles }: { profile: string; scope: Study['scope']; roles: Roles },
  runs: readonly RunResults[],
  sampler: Sampler,
): Study {
  const subjectOf = (role: Role, { runs: kind, dataTitle, netTitle, original }: SubjectParams): Subject => ({
    group: groupOf(kind, runs),
    title: `${dataTitle}, ${netTitle}${roleSuffix(role)}`,
    original,
  });
  const named = roleNames.flatMap((role): [Role, Subject][] => {
    const subject = roles[role];
    return subject === null ? [] : [[role, subjectOf(role, subject)]];
  });
  const controlled = roles.controlled.map(({ level, subject }): [Role, Subject] => {
    const role = controlledRole(level);
    return [role, subjectOf(role, subject)];
  });
  const levels = roles.controlled.map(({ level }) => level).sort((a, b) => a - b);
  return { profile, scope, subjects: new Map([...named, ...controlled]), levels, sampler };
}

/** "paper", or what stands in for it; empty for an absent role. */
export function scopeText({ scope, subjects }: Study, role: Role): string {
  const subject = subjects.get(role);
  if (subject === undefined) return '';
  return scope === 'paper' ? 'paper' : `analogue on ${subject.title}`;
}

/** The nets of a role, or the paper's where nothing stands in for them. */
export const subjectTitle = ({ subjects }: Study, role: Role): string =>
  subjects.get(role)?.title ?? roleTitle(role);
