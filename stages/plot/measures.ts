/** The curves of the figures on generalisation: gaps, and the losses and errors they are differences of. */
import type { EvaluationSummary } from '../results/summaries.ts';
import { scalesOf, type Look } from './looks.ts';

type Measure = (summary: EvaluationSummary) => number;

/** Panels a: what regularisation means here. */
export const gaps = {
  'loss gap (test − train)': ({ lossGap }) => lossGap,
  'error gap (test − train)': ({ errorGap }) => errorGap,
} satisfies Record<string, Measure>;

/** Panels b. */
export const losses = {
  'test loss': ({ test }) => test.loss,
  'train loss': ({ train }) => train.loss,
} satisfies Record<string, Measure>;

export const errors = {
  'test error': ({ test }) => 1 - test.accuracy,
  'train error': ({ train }) => 1 - train.accuracy,
} satisfies Record<string, Measure>;

const blue = '#0072B2';
const orange = '#E69F00';

/**
 * Losses are blue circles on the left axis, errors orange squares on the right; training sets are hollow. The order is that
 * of the legend: a row of losses, a row of errors.
 */
const looks = new Map<string, Look>([
  ['loss gap (test − train)', { colour: blue, dash: [1, 0], shape: 'circle' }],
  ['test loss', { colour: blue, dash: [10, 2], shape: 'circle' }],
  ['train loss', { colour: blue, dash: [2, 2], shape: 'circle', hollow: true }],
  ['error gap (test − train)', { colour: orange, dash: [6, 2], shape: 'square' }],
  ['test error', { colour: orange, dash: [8, 2, 2, 2], shape: 'square' }],
  ['train error', { colour: orange, dash: [2, 4], shape: 'square', hollow: true }],
]);

export const measureScales = scalesOf(['series', 'On natural pictures', looks]);
/** Of the legend. */
export const measureColumns = 3;
