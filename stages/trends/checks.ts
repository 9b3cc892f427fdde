/** How much of what was decided chance alone would decide. */
import type { JudgedClaim } from './judge.ts';
import { partsOf } from './rows.ts';

export interface Checks {
  /** Intervals that were asked for a verdict. */
  readonly decided: number;
  /** How many of them would exclude the truth by chance, at 95 %. */
  readonly byChance: number;
}

/** A part that stands in several claims is one check. */
export function checksOf(claims: readonly JudgedClaim[]): Checks {
  const parts = claims.flatMap(({ subjects }) => subjects.flatMap(({ judged }) => partsOf(judged)));
  const asked = new Set(
    parts.filter(({ part }) => part.decided).map(({ part: { role, name } }) => `${role}: ${name}`),
  );
  return { decided: asked.size, byChance: 0.05 * asked.size };
}
