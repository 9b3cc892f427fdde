/** Quantities of one training run that claims compare between strengths. */
import {
  mean,
  median,
  once,
  rankCorrelation,
  ratio,
  skewness,
  std,
  type PictureStatistic,
} from './picture-statistics.ts';
import { given, type Pictures, type RunResults } from './run-results.ts';
import { combine, minus, type Draws, type Sampler } from './sampler.ts';

/** Its value, measured and resampled; computed once a run. */
export type Measure = (run: RunResults, sampler: Sampler) => Draws;

/** A statistic of test or train pictures. */
export function onPictures(set: 'test' | 'train', prepare: (run: RunResults) => PictureStatistic): Measure {
  const measure: Measure = (run, sampler) =>
    sampler.remember(run, measure, () =>
      sampler.draws(`${run.run.data}/${set}`, run[set].index.length, prepare(run)),
    );
  return measure;
}

/** A number of a run that pictures have no part in. */
export const scalar =
  (read: (run: RunResults) => number): Measure =>
  (run, sampler) =>
    sampler.constant(read(run));

export const difference =
  (a: Measure, b: Measure): Measure =>
  (run, sampler) =>
    minus(a(run, sampler), b(run, sampler));

const quotient =
  (a: Measure, b: Measure): Measure =>
  (run, sampler) =>
    combine((x, y) => x / y, a(run, sampler), b(run, sampler));

const indicator = (length: number, holds: (i: number) => boolean): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => (holds(i) ? 1 : 0));
const wrongOf = (correct: Uint8Array): Uint8Array => correct.map((right) => 1 - right);

export const trainLoss = onPictures('train', ({ train }) => mean(train.loss));
export const testLoss = onPictures('test', ({ test }) => mean(test.loss));
export const trainError = onPictures('train', ({ train }) => mean(wrongOf(train.correct)));
export const testError = onPictures('test', ({ test }) => mean(wrongOf(test.correct)));
/** Test loss - train loss (definition 1, with its sign). */
export const lossGap = difference(testLoss, trainLoss);
/** Train accuracy - test accuracy. */
export const errorGap = difference(testError, trainError);

export const testMarginStd = onPictures('test', ({ test }) => std(test.margin));
/** STD of all logits of all test pictures: the scale that margins share with them. */
const testLogitStd = onPictures('test', ({ test }) => {
  const perPicture = mean(test.logitSum);
  const squares = mean(test.logitSquares);
  return (counts) => Math.sqrt(squares(counts) / test.classes - (perPicture(counts) / test.classes) ** 2);
});
/** Margins relative to the net's scale. */
export const relativeMarginStd = quotient(testMarginStd, testLogitStd);
export const trainMarginSkewness = onPictures('train', ({ train }) => skewness(train.margin));
export const medianTrainMargin = onPictures('train', ({ train }) => median(train.margin, train.correct));

/** tau: the median of |margin| over test pictures, which says what is near the boundary. */
export function typicalMargin({ test }: RunResults): number {
  const sizes = test.margin.map(Math.abs);
  return median(sizes, once(sizes.length))(once(sizes.length));
}
const near = ({ margin }: Pictures, tau: number): Uint8Array =>
  indicator(margin.length, (i) => Math.abs(margin[i]!) < tau);
const barelyWrong = ({ margin }: Pictures, tau: number): Uint8Array =>
  indicator(margin.length, (i) => margin[i]! < 0 && margin[i]! > -tau);

/** Share of test pictures with |margin| < tau. */
export const shareNear = (tau: number): Measure => onPictures('test', ({ test }) => mean(near(test, tau)));
/** Share of test pictures with -tau < margin < 0. */
export const shareBarelyWrong = (tau: number): Measure =>
  onPictures('test', ({ test }) => mean(barelyWrong(test, tau)));
/** The same among wrong test pictures. */
export const shareBarelyAmongWrong = (tau: number): Measure =>
  onPictures('test', ({ test }) => ratio(barelyWrong(test, tau), wrongOf(test.correct)));

/** Among wrong test pictures. */
export const wrongMarginSize = onPictures('test', ({ test: { margin, correct } }) =>
  ratio(
    margin.map((m, i) => (correct[i] === 1 ? 0 : Math.abs(m))),
    wrongOf(correct),
  ),
);
export const wrongLoss = onPictures('test', ({ test: { loss, correct } }) =>
  ratio(
    loss.map((l, i) => (correct[i] === 1 ? 0 : l)),
    wrongOf(correct),
  ),
);

/** Share of test pictures whose estimated probability lies in [0.1, 0.9]. */
export const middleProbabilities = onPictures('test', ({ test: { probability } }) =>
  mean(indicator(probability.length, (i) => probability[i]! >= 0.1 && probability[i]! <= 0.9)),
);

/** Under the attack that is the same for all nets: of the pictures right without it, the share still right (ambiguity 2). */
export const robustAccuracy = onPictures('test', (run) => {
  const { clean, attacked } = given(run.attacked);
  return ratio(
    clean.map((right, i) => right * attacked[i]!),
    clean,
  );
});
/** Of all pictures the share right with and without the attack. */
export const unconditionalRobustAccuracy = onPictures('test', (run) => {
  const { clean, attacked } = given(run.attacked);
  return mean(clean.map((right, i) => right * attacked[i]!));
});

export const meanVariation = onPictures('test', (run) => mean(given(run.variation).change));
export const variationStd = onPictures('test', (run) => std(given(run.variation).change));
export const variationSpread = quotient(variationStd, meanVariation);
/** Mean change of wrong pictures minus that of right ones. */
export const variationOfWrong = onPictures('test', (run) => {
  const { change, correct } = given(run.variation);
  const wrong = wrongOf(correct);
  const ofWrong = ratio(
    change.map((v, i) => v * wrong[i]!),
    wrong,
  );
  const ofRight = ratio(
    change.map((v, i) => v * correct[i]!),
    correct,
  );
  return (counts) => ofWrong(counts) - ofRight(counts);
});
export const lossAndVariation = onPictures('test', (run) => {
  const { loss, change } = given(run.variation);
  return rankCorrelation(loss, change);
});
