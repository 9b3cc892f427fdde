/**
 * The bound of Theorem 3.1 (equations 4 and 5), in logarithms: covering numbers such as (C_X / epsilon)^k overflow. The constants of the
 * second term are those of Xu & Mannor (2012), whose theorem (C.1 in the paper) it rests on.
 */

/** ln N of a regular k-dimensional manifold: at most (cX / epsilon)^k balls of radius epsilon, in the units of cX (Verma 2013). */
export function logCoveringNumber({ k, cX }: { k: number; cX: number }, epsilon: number): number {
  return k * (Math.log(cX) - Math.log(epsilon));
}

/** ln of sqrt((2 K ln 2 + 2 ln(1 / eta)) / m): what K sets and m training pictures leave open with probability 1 - eta. */
export function logComplexityTerm(logK: number, m: number, eta: number): number {
  const covering = Math.log(2 * Math.LN2) + logK;
  const confidence = Math.log(-2 * Math.log(eta));
  return (logSum(covering, confidence) - Math.log(m)) / 2;
}

/** max(0, 1 - uMin / gamma): the ramp loss of the least margin. */
export const marginTerm = (uMin: number, gamma: number): number => Math.max(0, 1 - uMin / gamma);

export interface Bound {
  /** In [0, 1]. */
  readonly marginTerm: number;
  /** Natural logarithms. */
  readonly logComplexityTerm: number;
  readonly logBound: number;
  /** Risks of the ramp loss lie in [0, 1], so a bound of 1 or more on their difference says nothing. */
  readonly verdict: 'vacuous' | 'informative';
}

export interface Ingredients {
  /** Lower bound of the margins of examples in covering balls that hold training examples. */
  readonly uMin: number;
  /** Scale of the ramp loss. */
  readonly gamma: number;
  /** ln of the number of covering balls. */
  readonly logK: number;
  /** Training pictures. */
  readonly m: number;
  /** Probability with which the bound may fail. */
  readonly eta: number;
}

/** GE(ramp loss) <= marginTerm + complexityTerm with probability at least 1 - eta. */
export function theorem31({ uMin, gamma, logK, m, eta }: Ingredients): Bound {
  const first = marginTerm(uMin, gamma);
  const second = logComplexityTerm(logK, m, eta);
  const logBound = logSum(Math.log(first), second);
  return {
    marginTerm: first,
    logComplexityTerm: second,
    logBound,
    verdict: logBound >= 0 ? 'vacuous' : 'informative',
  };
}

/** ln(e^a + e^b); either may be -Infinity. */
function logSum(a: number, b: number): number {
  const [less, more] = a < b ? [a, b] : [b, a];
  return less === -Infinity ? more : more + Math.log1p(Math.exp(less - more));
}
