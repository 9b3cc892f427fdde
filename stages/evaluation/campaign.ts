/** Many attacks on one net, each made once however many names it goes by: the matched one of AR 8 is the fixed one. */
import type { Subject } from './subject.ts';
import { underAttack, type RepeatedPlan } from './under-attack.ts';
import type { Verdicts } from './verdicts.ts';

export interface Request {
  readonly plan: RepeatedPlan;
  /** The first so many pictures. */
  readonly count: number;
}

/**
 * Makes all attacks asked for, each on the most pictures anyone wants, and answers their verdicts by plan.
 * @param onBatch is told how many attacks on a picture are done, of `total`, and waited for; throwing ends the work
 */
export async function attackAll(
  subject: Subject,
  seed: number,
  requests: readonly Request[],
  onBatch: (done: number, total: number) => Promise<void>,
): Promise<(plan: RepeatedPlan) => Verdicts> {
  const jobs = new Map<string, Request>();
  for (const request of requests) {
    const key = keyOf(request.plan);
    const known = jobs.get(key);
    if (known === undefined || known.count < request.count) jobs.set(key, request);
  }
  const workOf = ({ plan, count }: Request): number => plan.restarts * count;
  const total = [...jobs.values()].reduce((sum, job) => sum + workOf(job), 0);
  const results = new Map<string, Verdicts>();
  let before = 0;
  for (const [key, job] of jobs) {
    const start = before;
    results.set(
      key,
      await underAttack(subject, seed, job.plan, job.count, (done) => onBatch(start + done, total)),
    );
    before += workOf(job);
  }
  return (plan) => results.get(keyOf(plan))!;
}

/** Random starts belong to example and restart, not to a name: equal numbers are equal attacks. */
const keyOf = ({ epsilon, stepSize, steps, randomStart, restarts }: RepeatedPlan): string =>
  [epsilon, stepSize, steps, randomStart, restarts].join();
