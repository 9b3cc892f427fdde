/** Which pictures of a file are used. Always the first ones, in file order: a subset needs no seed. */
import * as z from 'zod';
import { takePictures, type PictureSet } from './picture-set.ts';

export const subsetSchema = z
  .union([z.strictObject({ perClass: z.int().positive() }), z.strictObject({ first: z.int().positive() })])
  .nullable()
  .describe('The first n pictures of every class, the first n in all, or (null) all of them');
export type Subset = z.output<typeof subsetSchema>;

/** Places of the chosen pictures, ascending. @throws an error naming `source` where it has too few pictures. */
export function placesOf(labels: Int32Array, subset: Subset, classes: number, source: string): Int32Array {
  if (subset === null) return labels.map((_, place) => place);
  if ('first' in subset) {
    if (subset.first > labels.length) {
      throw new Error(`${source}: ${subset.first} pictures are asked for, but it has ${labels.length}`);
    }
    return Int32Array.from({ length: subset.first }, (_, place) => place);
  }
  const { perClass } = subset;
  const taken = new Int32Array(classes);
  const places: number[] = [];
  for (const [place, label] of labels.entries()) if (taken[label]!++ < perClass) places.push(place);
  const short = taken.findIndex((count) => count < perClass);
  if (short >= 0) {
    throw new Error(
      `${source}: ${perClass} pictures a class are asked for, but class ${short} has ${taken[short]!}`,
    );
  }
  return Int32Array.from(places);
}

/** The chosen pictures. @throws an error naming `source` where it has too few. */
export function subsetOf(set: PictureSet, subset: Subset, classes: number, source: string): PictureSet {
  return subset === null ? set : takePictures(set, placesOf(set.labels, subset, classes, source));
}
