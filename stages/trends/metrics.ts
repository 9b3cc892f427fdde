/** Verdicts and numbers as JSON, for comparison between runs of the pipeline. */
import type { Checks } from './checks.ts';
import type { JudgedClaim } from './judge.ts';
import { partsOf } from './rows.ts';
import { verdicts } from './verdict.ts';

export function trendsMetrics(claims: readonly JudgedClaim[], checks: Checks) {
  const findings = claims.flatMap(({ subjects }) => subjects.map(({ judged }) => judged.finding.verdict));
  return {
    /** Of claims on one data set and net each. */
    verdicts: Object.fromEntries(
      verdicts.map((verdict) => [verdict, findings.filter((found) => found === verdict).length]),
    ),
    checks,
    claims: Object.fromEntries(
      claims.map(({ claim, subjects, finding }) => [
        claim.id,
        {
          verdict: finding.verdict,
          ...Object.fromEntries(
            subjects.map(({ role, judged }) => [
              role,
              {
                verdict: judged.finding.verdict,
                d: Object.fromEntries(
                  partsOf(judged).flatMap(({ path, part: { estimate } }) =>
                    estimate === null ? [] : [[path, estimate.mean]],
                  ),
                ),
              },
            ]),
          ),
        },
      ]),
    ),
  };
}
