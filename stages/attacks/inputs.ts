/** Batches of pictures as tensors: as they are, or under attack. The caller disposes them. */
import type { Core, Tensor, Tensor1D, Tensor4D } from 'ar-pipe/tf';
import { labelsOf, pixelsOf, type Augmentation } from '../data/batches.ts';
import type { PictureSet } from '../data/picture-set.ts';
import type { Purpose } from '../lib/random.ts';
import type { Attack } from './attacker.ts';
import { startNoise } from './noise.ts';

/** Pictures at these places, [places, h, w, c] in [0, 1]. */
export function cleanInput(
  tf: Core,
  set: PictureSet,
  places: Int32Array,
  augmentation: Augmentation | null = null,
): Tensor4D {
  const shape: [number, number, number, number] = [places.length, set.height, set.width, set.channels];
  return tf.tensor4d(pixelsOf(set, places, augmentation), shape);
}

/** Labels of the pictures at these places, int32 [places]. */
export function labelInput(tf: Core, set: PictureSet, places: Int32Array): Tensor1D {
  return tf.tensor1d(labelsOf(set, places), 'int32');
}

/** Where the random starts of an attack come from; `round` is the epoch in training, the restart in evaluation. */
export interface Starts {
  readonly seed: number;
  readonly purpose: Purpose;
  readonly round: number;
}

/** Noise for random starts of the pictures at these places: uniform in [-1, 1), [places, h, w, c]. */
function noiseInput(
  tf: Core,
  { index, height, width, channels }: PictureSet,
  places: Int32Array,
  { seed, purpose, round }: Starts,
): Tensor4D {
  const examples = places.map((place) => index[place]!);
  const noise = startNoise(seed, purpose, examples, round, height * width * channels);
  return tf.tensor4d(noise, [places.length, height, width, channels]);
}

/** All that an attack on one batch starts from. */
export interface AttackInputs {
  readonly pictures: Tensor4D;
  readonly labels: Tensor1D;
  /** Null begins at the pictures themselves. */
  readonly noise: Tensor4D | null;
}

export const tensorsOf = ({ pictures, labels, noise }: AttackInputs): Tensor[] => [
  ...[pictures, labels],
  ...(noise === null ? [] : [noise]),
];

/** @param starts null begins at the pictures themselves */
export function attackInputs(
  tf: Core,
  set: PictureSet,
  places: Int32Array,
  starts: Starts | null,
  augmentation: Augmentation | null = null,
): AttackInputs {
  return {
    pictures: cleanInput(tf, set, places, augmentation),
    labels: labelInput(tf, set, places),
    noise: starts === null ? null : noiseInput(tf, set, places, starts),
  };
}

/** The pictures under attack. */
export function attackedInput(
  tf: Core,
  attacker: Attack,
  weights: readonly Tensor[],
  set: PictureSet,
  places: Int32Array,
  starts: Starts | null,
): Tensor4D {
  return tf.tidy(() => {
    const { pictures, labels, noise } = attackInputs(tf, set, places, starts);
    return attacker.attack(weights, pictures, labels, noise);
  });
}
