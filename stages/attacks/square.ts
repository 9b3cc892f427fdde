/**
 * The Square attack (Andriushchenko et al. 2020), L-infinity: random search with squares of a changing size, which asks the net
 * for margins only. Its moves are pure functions of a picture's own random numbers.
 */
import type { RandomStream } from '../lib/random.ts';

/** Share of the pixels that a square covers at first. */
const firstShare = 0.8;
/** Queries, of 10,000, from which the share is halved once more. */
const halvedAfter = [10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000] as const;

/** Share of the pixels changed by query `query` of `queries`, counted from 0; the schedule of 10,000 is stretched to them. */
export function squareShare(query: number, queries: number): number {
  const stretched = Math.floor((query / queries) * 10_000);
  return firstShare / 2 ** halvedAfter.filter((after) => stretched > after).length;
}

/** Pictures [height, width, channels] in [0, 1], and how far a pixel may move. */
export interface SquareSpace {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly epsilon: number;
}

/** The start: every column of every channel moved by epsilon, up or down. */
export function stripes(picture: Float32Array, space: SquareSpace, stream: RandomStream): Float32Array {
  const { width, channels, epsilon } = space;
  const moves = Float32Array.from({ length: width * channels }, () => randomSign(stream) * epsilon);
  return picture.map((value, i) => withinUnit(value + moves[i % moves.length]!));
}

/** `current` with one square of constant colour moved from one end of the ball towards the other. */
export function withSquare(
  picture: Float32Array,
  current: Float32Array,
  share: number,
  space: SquareSpace,
  stream: RandomStream,
): Float32Array {
  const { height, width, channels, epsilon } = space;
  const side = Math.min(
    Math.max(Math.round(Math.sqrt(share * height * width)), 1),
    Math.max(Math.min(height, width) - 1, 1),
  );
  const top = stream.integer(height - side + 1);
  const left = stream.integer(width - side + 1);
  const moves = Float32Array.from({ length: channels }, () => randomSign(stream) * 2 * epsilon);
  const next = current.slice();
  for (let y = top; y < top + side; y++) {
    for (let x = left; x < left + side; x++) {
      for (let c = 0; c < channels; c++) {
        const i = (y * width + x) * channels + c;
        const own = picture[i]!;
        const moved = Math.min(Math.max(current[i]! + moves[c]!, own - epsilon), own + epsilon);
        next[i] = withinUnit(moved);
      }
    }
  }
  return next;
}

const randomSign = (stream: RandomStream): 1 | -1 => (stream.integer(2) === 0 ? 1 : -1);
const withinUnit = (value: number): number => Math.min(Math.max(value, 0), 1);
