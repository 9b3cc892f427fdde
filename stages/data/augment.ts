/** Augmentation of training pictures: zero padding and random crop, horizontal flip (He et al. 2016). */
import * as z from 'zod';
import type { PictureSet } from './picture-set.ts';
import { RandomStream } from '../lib/random.ts';

export const augmentSchema = z.strictObject({
  pad: z
    .int()
    .nonnegative()
    .default(4)
    .describe('Zero pixels added on each side before the random crop; the paper: 4'),
  flip: z.boolean().default(true).describe('Mirror half of the pictures'),
});
export type Augment = z.output<typeof augmentSchema>;

/** Which change one picture gets: where its crop starts, relative to the unpadded picture, and whether it is mirrored. */
export interface Change {
  readonly top: number;
  readonly left: number;
  readonly mirrored: boolean;
}

/** Keyed by example and epoch, so batch order does not matter. */
export function changeOf({ pad, flip }: Augment, seed: number, example: number, epoch: number): Change {
  const stream = new RandomStream(seed, 'augmentation', [example, epoch]);
  return {
    top: stream.integer(2 * pad + 1) - pad,
    left: stream.integer(2 * pad + 1) - pad,
    mirrored: flip && stream.integer(2) === 1,
  };
}

/** Writes the changed picture number `place` of the set into `target` from `offset`: same size, black where the crop leaves it. */
export function drawChanged(
  { images, height, width, channels }: PictureSet,
  place: number,
  { top, left, mirrored }: Change,
  target: Uint8Array,
  offset: number,
): void {
  const source = place * height * width * channels;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const fromY = y + top;
      const fromX = (mirrored ? width - 1 - x : x) + left;
      const inside = fromY >= 0 && fromY < height && fromX >= 0 && fromX < width;
      for (let c = 0; c < channels; c++) {
        const value = inside ? images[source + (fromY * width + fromX) * channels + c]! : 0;
        target[offset + (y * width + x) * channels + c] = value;
      }
    }
  }
}
