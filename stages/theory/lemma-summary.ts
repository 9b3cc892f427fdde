import type { SegmentStudy, Study } from './lemma-study.ts';

/** How often holds what the paper derives from Lemma 3.1. Shares are null where nothing counts. */
export interface LemmaSummary {
  readonly segments: number;
  readonly pieces: number;
  /** Lemma 3.1 itself. */
  readonly identity: {
    readonly largestError: number;
    readonly largestRelativeError: number;
    readonly holds: boolean;
  };
  /** ||change|| <= sum of the pieces' norms <= product of spectral norms times the length, on every segment. */
  readonly upperBoundsHold: boolean;
  /** Assumption 3.1. The boundary point is the closest found, not proven to be the closest. */
  readonly assumption31: { readonly segments: number; readonly share: number | null };
  /** Shares of pieces on which the lower bound (equation 14) holds; of segments for the first layer. */
  readonly lowerBound: {
    readonly product: number;
    readonly share: number | null;
    readonly shareEveryDirection: number | null;
    readonly shareFirstLayer: number | null;
  };
}

/** Rounding of the norms, relative. */
const rounding = 1e-9;

export function summarise(
  studies: readonly SegmentStudy[],
  tolerance: number,
  { smallest }: Pick<Study, 'smallest'>,
): LemmaSummary {
  const rows = studies.map(({ row }) => row);
  const pieces = sum(rows.map((row) => row.pieces));
  const largestRelativeError = Math.max(0, ...studies.map(({ relativeError }) => relativeError));
  const boundary = rows.filter(({ kind }) => kind === 'boundary');
  const first = studies.flatMap(({ firstLayerHolds }) => (firstLayerHolds === null ? [] : [firstLayerHolds]));
  return {
    segments: rows.length,
    pieces,
    identity: {
      largestError: Math.max(0, ...rows.map(({ identityError }) => identityError)),
      largestRelativeError,
      holds: largestRelativeError <= tolerance,
    },
    upperBoundsHold: rows.every(
      ({ change, sumOfNorms, upperBound }) =>
        change <= sumOfNorms * (1 + rounding) && sumOfNorms <= upperBound * (1 + rounding),
    ),
    assumption31: {
      segments: boundary.length,
      share: shareOf(boundary.filter(({ marginFalls }) => marginFalls === 'true').length, boundary.length),
    },
    lowerBound: {
      product: smallest,
      share: shareOf(sum(rows.map(({ lowerBoundHolds }) => lowerBoundHolds)), pieces),
      shareEveryDirection: shareOf(
        sum(rows.map(({ lowerBoundHoldsEverywhere }) => lowerBoundHoldsEverywhere)),
        pieces,
      ),
      shareFirstLayer: shareOf(first.filter((holds) => holds).length, first.length),
    },
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const shareOf = (count: number, all: number): number | null => (all === 0 ? null : count / all);
