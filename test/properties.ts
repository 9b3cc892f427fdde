/**
 * fast-check as all tests use it: the same cases in every run, so that a suite that was green stays green, and what is
 * red is red again. To look for new cases: FC_SEED=random (or the seed of a failure), FC_TIMES=20 for that many times
 * the cases, with --testTimeout=600000.
 */
import fc from 'fast-check';

const { FC_SEED: seed = '1', FC_TIMES: factor = '1' } = process.env;

/** For a property with a number of its own; without one it is 100. */
export const cases = (count: number): { readonly numRuns: number } => ({ numRuns: count * Number(factor) });

fc.configureGlobal({ ...cases(100), ...(seed === 'random' ? {} : { seed: Number(seed) }) });

export { fc };
