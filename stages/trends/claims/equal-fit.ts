/**
 * Controls for weaker fitting: the strongest net's last epoch beside the epoch of the weakest whose clean train loss is nearest
 * to it. From the histories of training alone: weights of earlier epochs are not kept, so margins there are not measured.
 */
import { level, type Part } from '../proposition.ts';
import { given, type Epoch, type RunResults } from '../run-results.ts';

const delta = { value: 0, why: 'none: a control has no verdict' };

/** Number of the epoch, from 1. */
export function epochOfNearestLoss(history: readonly Epoch[], loss: number): number {
  const distances = history.map(({ cleanLoss }) => Math.abs(cleanLoss - loss));
  return distances.indexOf(Math.min(...distances)) + 1;
}

function atEqualLoss(runs: readonly RunResults[]): { epoch: number; weakest: readonly Epoch[]; last: Epoch } {
  const weakest = given(runs[0]!.history);
  const last = given(runs.at(-1)!.history).at(-1)!;
  return { epoch: epochOfNearestLoss(weakest, last.cleanLoss), weakest, last };
}

export const fitAtEqualLoss: Part = level(
  'train accuracy at equal clean train loss, strongest minus weakest',
  (runs, sampler) => {
    const { epoch, weakest, last } = atEqualLoss(runs);
    return sampler.constant(last.cleanAccuracy - weakest[epoch - 1]!.cleanAccuracy);
  },
  { delta, needs: ['history'] },
);

export const slowerFit: Part = level(
  'share of its training after which the weakest had the clean train loss that the strongest ends with',
  (runs, sampler) => {
    const { epoch, weakest } = atEqualLoss(runs);
    return sampler.constant(epoch / weakest.length);
  },
  { delta, needs: ['history'] },
);
