/** Claims vi and xiii: margins concentrate around 0, and so wrong pictures become less wrong. */
import {
  relativeMarginStd,
  shareBarelyAmongWrong,
  shareBarelyWrong,
  shareNear,
  testMarginStd,
  trainMarginSkewness,
  typicalMargin,
  wrongLoss,
  wrongMarginSize,
  type Measure,
} from '../measures.ts';
import {
  across,
  all,
  allOn,
  contrast,
  falls,
  on,
  type Claim,
  type Part,
  type Proposition,
} from '../proposition.ts';
import type { Role } from '../roles.ts';
import { average, minus } from '../sampler.ts';

const ofShares = {
  value: 0.01,
  why: 'one picture in a hundred: less is not a shape that a reader of figure 4 sees',
};
const ofScale = (of: Measure) => ({
  share: 0.02,
  of,
  why: 'a fiftieth of it at the weakest strength: margins are drawn on bins of a hundredth',
});

/** Rise of a share whose threshold tau is the weakest strength's typical margin, the same for all strengths of a seed. */
const shareRises = (name: string, shareUnder: (tau: number) => Measure): Part =>
  contrast(
    name,
    ({ weaker, stronger, weakest }, sampler) => {
      const share = shareUnder(typicalMargin(weakest));
      return minus(share(stronger, sampler), share(weaker, sampler));
    },
    { delta: ofShares },
  );

const concentration = [
  falls('STD of test margins falls', testMarginStd, { delta: ofScale(testMarginStd) }),
  shareRises('share with small margins rises', shareNear),
];
export const marginsConcentrate = (role: Role): Proposition => allOn(role, concentration);

/** The paper's "skewed" and "near normal" are sizes of skewness; over all strengths, as its figures show. */
const skewnessOnMain = across(
  'train margins are skewed more than on the second data set',
  'other',
  (runs, others, sampler) => {
    const size = (run: (typeof runs)[number]) => trainMarginSkewness(run, sampler).map(Math.abs);
    return minus(average(runs.map(size)), average(others.map(size)));
  },
  { delta: { value: 0.1, why: 'a tenth: the skewness at which a histogram still looks normal' } },
);

export const margins: Claim = {
  id: 'vi',
  words: 'margins concentrate around 0; the train margins of CIFAR-10 are skewed, of CIFAR-100 near normal',
  on: {
    main: all('concentration and skewness', marginsConcentrate('main'), on('main', skewnessOnMain)),
    other: marginsConcentrate('other'),
  },
  controls: [
    falls('STD of test margins / STD of logits', relativeMarginStd, { delta: ofScale(relativeMarginStd) }),
  ],
};

const indecision = [
  falls('mean |margin| of wrong pictures falls', wrongMarginSize, { delta: ofScale(wrongMarginSize) }),
  falls('mean loss of wrong pictures falls', wrongLoss, { delta: ofScale(wrongLoss) }),
  shareRises('share of barely wrong pictures rises', shareBarelyWrong),
];
export const wrongOnesAreIndecisive = (role: Role): Proposition => allOn(role, indecision);

export const indecisiveMistakes: Claim = {
  id: 'xiii',
  words: 'indecisive misclassifications: smaller losses of wrong predictions',
  on: { main: wrongOnesAreIndecisive('main'), other: wrongOnesAreIndecisive('other') },
  controls: [shareRises('share of barely wrong among wrong pictures', shareBarelyAmongWrong)],
};
