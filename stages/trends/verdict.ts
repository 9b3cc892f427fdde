/** The rule by which an interval becomes a verdict, and verdicts become the verdict of a composite claim. Pure. */
import type { Estimate } from './estimate.ts';

export const verdicts = ['holds', 'does not hold', 'not measurable'] as const;
export type Verdict = (typeof verdicts)[number];

export interface Finding {
  readonly verdict: Verdict;
  /** Why, in a few words for people. */
  readonly reason: string;
}

/** The contrast of two neighbouring strengths. */
export interface Step {
  readonly from: number;
  readonly to: number;
  readonly estimate: Estimate;
}

/**
 * The claim's direction is d > 0. An interval above 0 holds; one below 0, or wholly within ±delta, does not; any other is too
 * wide to tell. A claim over three strengths does not hold either if a step between neighbours is significantly reversed.
 * @param delta smallest effect of interest, at least 0
 */
export function judge({ mean, halfWidth }: Estimate, delta: number, steps: readonly Step[] = []): Finding {
  if (halfWidth === null) return { verdict: 'not measurable', reason: 'too few seeds for an interval' };
  const [low, high] = [mean - halfWidth, mean + halfWidth];
  if (low > 0) {
    const back = steps.find(({ estimate }) => estimate.mean + (estimate.halfWidth ?? Infinity) < 0);
    if (back) return { verdict: 'does not hold', reason: `reversed between AR ${back.from} and ${back.to}` };
    return {
      verdict: 'holds',
      reason: high < delta ? 'above 0, though below the smallest effect of interest' : 'above 0',
    };
  }
  if (high < 0) return { verdict: 'does not hold', reason: 'the opposite direction' };
  if (low >= -delta && high <= delta) return { verdict: 'does not hold', reason: 'no effect of interest' };
  return {
    verdict: 'not measurable',
    reason: 'the interval has 0 in it and is wider than the smallest effect',
  };
}

/** A claim that needs every part: one that fails decides, then one that cannot be measured. */
export function allOf(parts: readonly (Finding & { readonly name: string })[]): Finding {
  return (
    decidedBy(parts, 'does not hold') ??
    decidedBy(parts, 'not measurable') ?? { verdict: 'holds', reason: 'every part holds' }
  );
}

/** A claim that needs one of its parts. */
export function anyOf(parts: readonly (Finding & { readonly name: string })[]): Finding {
  return (
    decidedBy(parts, 'holds') ??
    decidedBy(parts, 'not measurable') ?? { verdict: 'does not hold', reason: 'no part holds' }
  );
}

function decidedBy(
  parts: readonly (Finding & { readonly name: string })[],
  verdict: Verdict,
): Finding | undefined {
  const deciding = parts.filter((part) => part.verdict === verdict);
  if (deciding.length === 0) return undefined;
  // Parts often share their reason, such as an absent data set.
  const reasons = [...new Set(deciding.map(({ reason }) => reason))];
  const names = (reason: string): string =>
    deciding.length === parts.length && reasons.length === 1
      ? ''
      : `${deciding
          .filter((part) => part.reason === reason)
          .map(({ name }) => name)
          .join(', ')}: `;
  return { verdict, reason: reasons.map((reason) => `${names(reason)}${reason}`).join('; ') };
}
