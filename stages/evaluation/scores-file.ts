/** Per-example results on disk. */
import type { PictureSet } from '../data/picture-set.ts';
import { stored, writeSafetensors } from '../lib/safetensors.ts';
import type { Architecture } from '../nets/architecture.ts';
import type { Scores } from './scores.ts';

/**
 * Writes `logits` F32 [n, classes], `loss`, `margin`, `prob` F32 [n], `correct` U8 [n], `label` and `index` I32 [n]: example i of
 * every array is picture i of the set. @throws naming the first example whose loss is not finite
 */
export function writeScores(
  path: string,
  set: PictureSet,
  classes: number,
  logits: Float32Array,
  { loss, margin, probability, correct }: Scores,
): void {
  refuseDiverged(set, loss);
  writeSafetensors(path, [
    ['logits', stored(logits, [set.count, classes])],
    ['loss', stored(loss)],
    ['margin', stored(margin)],
    ['prob', stored(probability)],
    ['correct', stored(correct)],
    ['label', stored(set.labels)],
    ['index', stored(set.index)],
  ]);
}

/** @throws naming the first example of the set whose loss is not finite */
export function refuseDiverged(set: PictureSet, loss: Float32Array): void {
  const bad = loss.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return;
  throw new Error(
    `the net gives loss ${loss[bad]!} for picture ${set.index[bad]!}: its weights have diverged`,
  );
}

/** @throws an error naming `source` where the pictures are not of the size, or the classes not of the number, of the net. */
export function refuseOtherPictures(architecture: Architecture, set: PictureSet, source: string): void {
  const { height, width, channels, classes } = architecture;
  if (set.height !== height || set.width !== width || set.channels !== channels) {
    throw new Error(
      `${source} has pictures of ${set.height}x${set.width}x${set.channels}, ` +
        `but the net was built for ${height}x${width}x${channels}`,
    );
  }
  const beyond = set.labels.find((label) => label >= classes);
  if (beyond !== undefined)
    throw new Error(`${source} has label ${beyond}, but the net answers ${classes} classes`);
}
