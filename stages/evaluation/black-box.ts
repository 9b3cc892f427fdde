/** A finished net under the Square attack: no gradients, so none that mislead. */
import { squareShare, stripes, withSquare, type SquareSpace } from '../attacks/square.ts';
import { pixelsOf } from '../data/batches.ts';
import { RandomStream } from '../lib/random.ts';
import { createClassifier } from './classifier.ts';
import { scoresOf } from './scores.ts';
import type { Subject } from './subject.ts';

/** One picture still right, with the best found of it. */
interface Target {
  readonly place: number;
  readonly picture: Float32Array;
  readonly stream: RandomStream;
  best: Float32Array;
  /** Of `best`; Infinity before the first query. */
  margin: number;
}

/** Pictures asked about together. Always as many, the last repeated: a net is recorded once a shape. */
const together = 20;

/**
 * Attacks those of the first `count` pictures that are right, until they are wrong or the queries are spent.
 * @returns 1 where a picture is right before and after
 * @param epsilon as a fraction of the pixel range
 * @param onQuery is told how many queries a picture are done, and waited for; throwing ends the work
 */
export async function underSquares(
  { tf, net, weights, set, classes, clean }: Subject,
  seed: number,
  { epsilon, queries }: { readonly epsilon: number; readonly queries: number },
  count: number,
  onQuery: (done: number) => Promise<void>,
): Promise<Uint8Array> {
  const correct = clean.correct.slice(0, count);
  const space: SquareSpace = { ...set, epsilon };
  let targets = [...correct.keys()]
    .filter((place) => correct[place] === 1)
    .map((place): Target => {
      const picture = pixelsOf(set, Int32Array.of(place));
      // The third number keeps these draws apart from random starts.
      const stream = new RandomStream(seed, 'evaluation', [set.index[place]!, 0, 1]);
      return { place, picture, stream, best: picture, margin: Infinity };
    });
  const classifier = createClassifier(tf, net, classes, together);
  try {
    for (let query = 0; query < queries && targets.length > 0; query++) {
      const share = squareShare(query, queries);
      const asked = targets.map(({ picture, best, stream }) =>
        query === 0 ? stripes(picture, space, stream) : withSquare(picture, best, share, space, stream),
      );
      const margins = await marginsOf(targets, asked);
      for (const [i, target] of targets.entries()) {
        if (margins[i]! >= target.margin) continue;
        target.margin = margins[i]!;
        target.best = asked[i]!;
        if (target.margin <= 0) correct[target.place] = 0;
      }
      targets = targets.filter(({ margin }) => margin > 0);
      await onQuery(query + 1);
    }
  } finally {
    classifier.dispose();
  }
  return correct;

  async function marginsOf(
    asking: readonly Target[],
    pictures: readonly Float32Array[],
  ): Promise<Float32Array> {
    const padded = Math.ceil(asking.length / together) * together;
    const last = asking.length - 1;
    const rows = Int32Array.from({ length: padded }, (_, row) => Math.min(row, last));
    const logits = await classifier.logits(weights, rows, (part) => {
      const size = space.height * space.width * space.channels;
      const pixels = new Float32Array(part.length * size);
      for (const [row, i] of part.entries()) pixels.set(pictures[i]!, row * size);
      return tf.tensor4d(pixels, [part.length, space.height, space.width, space.channels]);
    });
    const labels = rows.map((i) => set.labels[asking[i]!.place]!);
    return scoresOf(logits, labels, classes).margin;
  }
}
