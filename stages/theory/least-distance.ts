/** How close to the decision boundary training pictures lie: what v_min (definition 6) is estimated by. */
import { setImmediate } from 'node:timers/promises';
import { fileOrder, inBatches, pixelsOf } from '../data/batches.ts';
import { cleanInput } from '../attacks/inputs.ts';
import type { Subject } from '../evaluation/subject.ts';
import { nearestBoundary } from './boundary.ts';
import { createNetMargins } from './net-margins.ts';

export interface DistanceSearch {
  /** The first so many pictures. */
  readonly pictures: number;
  readonly steps: number;
  readonly refinements: number;
}

/** 2^-10 of the way from a picture to a point beyond the boundary. */
const halvings = 10;

/**
 * Euclidean distances, in the unit of pixels in [0, 1], from pictures to points found on the boundary of their predicted class, all
 * within [0, 1]; Infinity where none was found.
 * @param onBatch is told how many pictures are done, and waited for; throwing ends the work
 */
export async function boundaryDistances(
  { tf, net, weights, set, classes, classifier }: Subject,
  { pictures, steps, refinements }: DistanceSearch,
  batch: number,
  onBatch: (done: number) => Promise<void>,
): Promise<Float64Array> {
  const places = fileOrder(Math.min(pictures, set.count));
  const logits = await classifier.logits(weights, places, (part) => cleanInput(tf, set, part));
  const predicted = places.map((place) => greatest(logits.subarray(place * classes, (place + 1) * classes)));
  const dimension = set.height * set.width * set.channels;
  const box = { low: new Float64Array(dimension), high: new Float64Array(dimension).fill(1) };
  const margins = createNetMargins(tf, net, weights, classes);
  const distances = new Float64Array(places.length);
  try {
    for (const part of inBatches(places, batch)) {
      const oracle = margins.of(
        [set.height, set.width, set.channels],
        part.map((place) => predicted[place]!),
      );
      const start = Float64Array.from(pixelsOf(set, part));
      const found = nearestBoundary(oracle, start, { steps, refinements, halvings, ...box });
      distances.set(found.distances, part[0]);
      await setImmediate();
      await onBatch(part[0]! + part.length);
    }
  } finally {
    margins.dispose();
  }
  return distances;
}

/** Place of the greatest value, the first on ties. */
function greatest(values: Float32Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}
