/** Claims viii and xvii: the maximal change of the loss falls, and is larger for pictures that are wrong more. */
import {
  lossAndVariation,
  meanVariation,
  variationOfWrong,
  variationSpread,
  variationStd,
  type Measure,
} from '../measures.ts';
import { allOn, falls, level, type Claim, type Part } from '../proposition.ts';
import { average } from '../sampler.ts';

const needs = ['variation'] as const;
const ofIt = (of: Measure) => ({
  share: 0.05,
  of,
  why: 'a twentieth of it at the weakest strength: less does not show in figure 8',
});

/** "Comparable": neither is more than twice the other. */
const comparable = level(
  'STD and mean within a factor of 2, mean over strengths',
  (runs, sampler) =>
    average(
      runs.map((run) =>
        variationSpread(run, sampler).map((spread) => Math.log(2) - Math.abs(Math.log(spread))),
      ),
    ),
  { needs, delta: { value: 0.05, why: 'a factor of 1.05 in the ratio' } },
);

const parts = [
  falls('mean loss variation falls', meanVariation, { needs, delta: ofIt(meanVariation) }),
  falls('STD of loss variations falls', variationStd, { needs, delta: ofIt(variationStd) }),
  comparable,
];

export const lossVariations: Claim = {
  id: 'viii',
  words: 'mean and STD of the maximal loss change fall; the STD is comparable with the mean',
  on: { main: allOn('main', parts), other: allOn('other', parts) },
  controls: [],
};

const overStrengths = (name: string, measure: Measure, value: number, why: string): Part =>
  level(name, (runs, sampler) => average(runs.map((run) => measure(run, sampler))), {
    needs,
    delta: { value, why },
  });

const wrongVaryMore = [
  overStrengths('wrong pictures vary more than right ones', variationOfWrong, 0.01, 'a hundredth of a nat'),
  overStrengths(
    'rank correlation of loss and variation',
    lossAndVariation,
    0.1,
    'a correlation usually called negligible',
  ),
];

export const variationOfMistakes: Claim = {
  id: 'xvii',
  words: 'the more wrongly classified pictures vary more',
  on: { main: allOn('main', wrongVaryMore), other: allOn('other', wrongVaryMore) },
  controls: [],
};
