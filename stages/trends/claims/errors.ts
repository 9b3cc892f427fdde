/** Claims iv, v and xvi: test errors rise; what becomes of the error gap; training pictures are hardly ever wrong. */
import { gapAbove0, originalData } from '../gates.ts';
import { errorGap, medianTrainMargin, testError, trainError } from '../measures.ts';
import { allOn, falls, level, on, rises, type Claim, type Proposition } from '../proposition.ts';
import type { Role } from '../roles.ts';

const ofErrors = {
  value: 0.005,
  why: 'half a point: the standard error of an error rate over 10,000 pictures',
};

export const testErrorRises = (role: Role): Proposition =>
  on(role, rises('test error rises', testError, { delta: ofErrors }));

const gates = [originalData, gapAbove0('error gap', errorGap)];

export const testErrors: Claim = {
  id: 'iv',
  words: 'test errors rise everywhere',
  on: { main: testErrorRises('main'), other: testErrorRises('other'), wide: testErrorRises('wide') },
  controls: [rises('train error', trainError, { delta: ofErrors })],
};

export const errorGaps: Claim = {
  id: 'v',
  words: 'the error gap rises on CIFAR-10, falls on CIFAR-100 and Tiny-ImageNet',
  on: {
    main: on('main', rises('error gap rises', errorGap, { delta: ofErrors, gates })),
    other: on('other', falls('error gap falls', errorGap, { delta: ofErrors, gates })),
    wide: on('wide', falls('error gap falls', errorGap, { delta: ofErrors, gates })),
  },
  controls: [],
};

/** Below this error of training pictures at the weakest strength, "a tiny fraction" is wrong. */
const tinyFraction = 0.05;

export const confidentTraining: Claim = {
  id: 'xvi',
  words: 'on CIFAR-10 only a tiny fraction of training pictures is wrong, correct ones are less confident',
  on: {
    main: allOn('main', [
      level(
        'train error at the weakest strength below 5 %',
        (runs, sampler) => trainError(runs[0]!, sampler).map((error) => tinyFraction - error),
        { delta: ofErrors },
      ),
      falls('median train margin of correct pictures falls', medianTrainMargin, {
        delta: {
          share: 0.02,
          of: medianTrainMargin,
          why: 'a fiftieth of it: margins are drawn on bins of a hundredth',
        },
      }),
    ]),
  },
  controls: [],
};
