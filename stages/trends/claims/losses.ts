/** Claims i to iii: the loss gap falls because training losses rise faster than test losses. */
import { gapAbove0, originalData } from '../gates.ts';
import { lossGap, testLoss, trainLoss } from '../measures.ts';
import { any, falls, on, rises, type Claim, type Proposition } from '../proposition.ts';
import type { Role } from '../roles.ts';
import { fitAtEqualLoss, slowerFit } from './equal-fit.ts';

const ofGap = {
  share: 0.05,
  of: lossGap,
  why: 'a twentieth of the gap at the weakest strength: less would not show in figure 3',
};
/** Also of the change in training losses, which is as large or larger. */
const ofLoss = { value: 0.01, why: 'a hundredth of a nat: smaller than any change the paper speaks of' };

export const lossGapFallsPart = falls('loss gap falls', lossGap, {
  delta: ofGap,
  gates: [gapAbove0('loss gap', lossGap)],
});
export const lossGapFalls = (role: Role): Proposition => on(role, lossGapFallsPart);
export const trainLossRises = (role: Role): Proposition =>
  on(role, rises('train loss rises', trainLoss, { delta: ofLoss }));

const gates = [originalData];
/** Rising slower than the train loss is, written out, the fall of the loss gap. */
const testLossFallsOrLags = (role: Role): Proposition =>
  any(
    'test loss falls, or rises slower',
    on(role, falls('test loss falls', testLoss, { delta: ofLoss, gates })),
    on(role, falls('train loss rises faster than test loss', lossGap, { delta: ofLoss, gates })),
  );

export const lossGaps: Claim = {
  id: 'i',
  words: 'the loss gap falls with adversarial robustness on all data sets',
  on: { main: lossGapFalls('main'), other: lossGapFalls('other'), wide: lossGapFalls('wide') },
  controls: [fitAtEqualLoss, slowerFit],
};

export const trainingLosses: Claim = {
  id: 'ii',
  words: 'training losses increase',
  on: { main: trainLossRises('main'), other: trainLossRises('other'), wide: trainLossRises('wide') },
  controls: [slowerFit],
};

export const testLosses: Claim = {
  id: 'iii',
  words: 'test losses fall, or rise slower than training losses, on CIFAR-10 and -100; not on Tiny-ImageNet',
  on: {
    main: testLossFallsOrLags('main'),
    other: testLossFallsOrLags('other'),
    wide: on('wide', rises('test loss rises', testLoss, { delta: ofLoss, gates })),
  },
  controls: [],
};
