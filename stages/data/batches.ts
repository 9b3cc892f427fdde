/** From a set of pictures to batches of arrays. */
import { toUnit } from './pixels.ts';
import type { PictureSet } from './picture-set.ts';
import { permutation, RandomStream } from '../lib/random.ts';
import { changeOf, drawChanged, type Augment } from './augment.ts';

/** Places in the set, batch by batch; the last batch may be smaller. */
export function inBatches(places: Int32Array, size: number): Int32Array[] {
  const batches: Int32Array[] = [];
  for (let start = 0; start < places.length; start += size)
    batches.push(places.subarray(start, start + size));
  return batches;
}

/** The order of one epoch: a permutation that depends on seed and epoch alone. */
export function epochOrder(count: number, seed: number, epoch: number): Int32Array {
  return permutation(count, new RandomStream(seed, 'order', [epoch]));
}

/** 0 .. count-1: file order, for evaluation. */
export const fileOrder = (count: number): Int32Array => Int32Array.from({ length: count }, (_, i) => i);

/** How the pictures of one epoch are changed. */
export interface Augmentation {
  readonly how: Augment;
  readonly seed: number;
  readonly epoch: number;
}

/** Pixels in [0, 1], row-major [places, height, width, channels]; augmented, or as they are. */
export function pixelsOf(
  set: PictureSet,
  places: Int32Array,
  augmentation: Augmentation | null = null,
): Float32Array {
  const bytes = set.height * set.width * set.channels;
  const batch = new Uint8Array(places.length * bytes);
  for (const [row, place] of places.entries()) {
    if (augmentation === null) {
      batch.set(set.images.subarray(place * bytes, (place + 1) * bytes), row * bytes);
    } else {
      const { how, seed, epoch } = augmentation;
      const change = changeOf(how, set, seed, set.index[place]!, epoch);
      drawChanged(set, place, change, batch, row * bytes);
    }
  }
  return toUnit(batch);
}

/** Their labels. */
export const labelsOf = (set: PictureSet, places: Int32Array): Int32Array =>
  places.map((place) => set.labels[place]!);
