/** The table of segments that `lemma` writes. */
import * as z from 'zod';
import { numberColumn } from '../lib/csv.ts';

/** One line of lemma.csv: one segment. */
export const segmentRow = z.object({
  /** Between two pictures, or from a picture to the closest point found on the boundary of its predicted class. */
  kind: z.enum(['pair', 'boundary']),
  /** Record number of the picture at its start, and of that at its end (empty at the boundary). */
  start: numberColumn,
  end: z.string(),
  /** Euclidean, in the unit of the net's pixels in [0, 1]. */
  length: numberColumn,
  /** Stretches on which the net is linear. */
  pieces: numberColumn,
  /** Of the identity of Lemma 3.1: the largest difference of a logit. */
  identityError: numberColumn,
  /** Euclidean norms: of the change of the logits, and the sum of those of the pieces. */
  change: numberColumn,
  sumOfNorms: numberColumn,
  /** Product of all spectral norms times the length: never below `change`. */
  upperBound: numberColumn,
  /** Assumption 3.1, for segments to the boundary: whether the margin falls all the way. */
  marginFalls: z.enum(['true', 'false', '']),
  /** Pieces on which the lower bound by smallest singular values holds, for the segment's direction and for all. */
  lowerBoundHolds: numberColumn,
  lowerBoundHoldsEverywhere: numberColumn,
});
export type SegmentRow = z.output<typeof segmentRow>;
export const segmentColumns = Object.keys(segmentRow.shape) as (keyof SegmentRow)[];
