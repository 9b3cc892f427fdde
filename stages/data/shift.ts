/** Zero padding, random crop of the old size, horizontal flip (He et al. 2016): a shift with black borders. */
import type { RandomStream } from '../lib/random.ts';
import type { PictureSet } from './picture-set.ts';

/** Where the crop starts, relative to the unpadded picture, and whether it is mirrored. */
export interface Shift {
  readonly kind: 'shift';
  readonly top: number;
  readonly left: number;
  readonly mirrored: boolean;
}

export function shiftOf(
  { pad, flip }: { readonly pad: number; readonly flip: boolean },
  stream: RandomStream,
): Shift {
  return {
    kind: 'shift',
    top: stream.integer(2 * pad + 1) - pad,
    left: stream.integer(2 * pad + 1) - pad,
    mirrored: flip && stream.integer(2) === 1,
  };
}

/** Writes the shifted picture number `place` into `target` from `offset`, black where the crop leaves it. */
export function drawShifted(
  { images, height, width, channels }: PictureSet,
  place: number,
  { top, left, mirrored }: Shift,
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
