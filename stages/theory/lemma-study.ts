/** What is found out about one segment, and about all of them. */
import { fileOrder } from '../data/batches.ts';
import type { PictureSet } from '../data/picture-set.ts';
import type { Architecture } from '../nets/architecture.ts';
import type { WeightValues } from '../nets/initialise.ts';
import type { Net } from '../nets/net.ts';
import { distanceOf, nearestBoundary } from './boundary.ts';
import type { SegmentRow } from './lemma-table.ts';
import { lowerBoundOf } from './lower-bound.ts';
import { plainMargins } from './plain-margins.ts';
import { logitsOf, plainInputs, plainNet } from './plain-net.ts';
import { cutSegment, identityError, marginFalls } from './segment.ts';

export interface SegmentStudy {
  readonly row: SegmentRow;
  /** Error of the identity, relative to the largest change of a logit or 1. */
  readonly relativeError: number;
  /** Whether deleting inactive rows of the first layer kept its smallest singular value, at the middle; null for a tall layer. */
  readonly firstLayerHolds: boolean | null;
}

export interface Study {
  /** Product of the smallest, and of the largest, singular values of all layers. */
  readonly smallest: number;
  readonly largest: number;
  between(start: number, end: number): SegmentStudy;
  /** Null where no boundary was found. */
  toBoundary(start: number): SegmentStudy | null;
}

/** In double precision bisections cost little: the end lies on the boundary to rounding. */
const search = { steps: 50, refinements: 10, halvings: 50 };

/** @param net a net of kind `plain` */
export function studyOf(architecture: Architecture, net: Net, weights: WeightValues, set: PictureSet): Study {
  const layers = plainNet(architecture, net, weights);
  const bound = lowerBoundOf(layers);
  const dimension = layers[0]!.cols;
  const inputs = plainInputs(set, fileOrder(set.count), architecture);
  const input = (place: number) => inputs.slice(place * dimension, (place + 1) * dimension);
  const box = boxOf(architecture);

  const studied = (
    from: Float64Array,
    to: Float64Array,
    label: number | null,
  ): Omit<SegmentStudy, 'row'> & { row: Omit<SegmentRow, 'kind' | 'start' | 'end'> } => {
    const segment = cutSegment(layers, from, to);
    const { pieces } = segment;
    const verdicts = pieces.map(bound.check);
    const error = identityError(segment);
    const changes = segment.end.map((value, i) => Math.abs(value - segment.start[i]!));
    const length = distanceOf(from, to);
    return {
      row: {
        length,
        pieces: pieces.length,
        identityError: error,
        change: Math.hypot(...changes),
        sumOfNorms: pieces.reduce(
          (sum, { from: s, to: t, slope }) => sum + (t - s) * Math.hypot(...slope),
          0,
        ),
        upperBound: bound.largest * length,
        marginFalls: label === null ? '' : marginFalls(segment, label) ? 'true' : 'false',
        lowerBoundHolds: verdicts.filter(({ direction }) => direction).length,
        lowerBoundHoldsEverywhere: verdicts.filter(({ everyDirection }) => everyDirection).length,
      },
      relativeError: error / Math.max(1, ...changes),
      firstLayerHolds: bound.firstLayer(pieces[Math.floor(pieces.length / 2)]!),
    };
  };

  return {
    smallest: bound.smallest,
    largest: bound.largest,
    between: (start, end) => {
      const { row, ...rest } = studied(input(start), input(end), null);
      const places = { start: set.index[start]!, end: String(set.index[end]!) };
      return { row: { kind: 'pair', ...places, ...row }, ...rest };
    },
    toBoundary: (start) => {
      const x = input(start);
      const logits = logitsOf(layers, x);
      const label = logits.indexOf(Math.max(...logits));
      const { points, distances } = nearestBoundary(plainMargins(layers, label), x, { ...search, ...box });
      if (distances[0] === Infinity) return null;
      const { row, ...rest } = studied(x, points, label);
      return { row: { kind: 'boundary', start: set.index[start]!, end: '', ...row }, ...rest };
    },
  };
}

/** Pixels in [0, 1], less the mean of their channel. */
function boxOf({ height, width, channels, normalise }: Architecture): {
  low: Float64Array;
  high: Float64Array;
} {
  const area = height * width;
  const low = Float64Array.from(
    { length: area * channels },
    (_, i) => -(normalise?.mean[Math.floor(i / area)] ?? 0),
  );
  return { low, high: low.map((value) => value + 1) };
}
