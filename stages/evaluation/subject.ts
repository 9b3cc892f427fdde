/** A finished net on the backend, with the pictures it is examined on and what attacks on it share. */
import { loadBackend, type Core, type Tensor } from 'ar-pipe/tf';
import { createAttackers, type Attackers } from '../attacks/attacker.ts';
import { cleanInput } from '../attacks/inputs.ts';
import { fileOrder } from '../data/batches.ts';
import type { PictureSet } from '../data/picture-set.ts';
import { readPictures } from '../data/stored-set.ts';
import { subsetOf } from '../data/subset.ts';
import type { Net } from '../nets/net.ts';
import { toTensors } from '../nets/parameters.ts';
import { readWeights } from '../nets/weights-file.ts';
import { createClassifier, type Classifier } from './classifier.ts';
import { scoresOf, type Scores } from './scores.ts';
import { refuseDiverged, refuseOtherPictures } from './scores-file.ts';

export interface Subject {
  readonly tf: Core;
  readonly net: Net;
  /** In the order of the net's parameters. */
  readonly weights: readonly Tensor[];
  readonly set: PictureSet;
  readonly classes: number;
  /** Of the pictures as they are. */
  readonly clean: Scores;
  readonly attackers: Attackers;
  readonly classifier: Classifier;
}

export interface SubjectSource {
  /** Path of a weights file. */
  readonly weights: string;
  /** Path of a picture set. */
  readonly pictures: string;
  /** The first so many of them; null: all. */
  readonly count: number | null;
  /** Pictures computed together. */
  readonly batch: number;
}

/**
 * Loads a net and its pictures for the time of `work`, and frees all of it afterwards.
 * @throws where the pictures do not fit the net or are fewer than asked for, and where the net's losses are not finite
 */
export async function withSubject(
  { weights: path, pictures, count, batch }: SubjectSource,
  work: (subject: Subject) => Promise<void>,
): Promise<void> {
  const { architecture, net, weights: values } = readWeights(path);
  const { classes } = architecture;
  const all = readPictures(pictures).set;
  refuseOtherPictures(architecture, all, pictures);
  const set = subsetOf(all, count === null ? null : { first: count }, classes, pictures);
  const { tf } = await loadBackend();
  const weights = toTensors(tf, net.parameters, values);
  const attackers = createAttackers(tf, net);
  const classifier = createClassifier(tf, net, classes, batch);
  try {
    const logits = await classifier.logits(weights, fileOrder(set.count), (places) =>
      cleanInput(tf, set, places),
    );
    const clean = scoresOf(logits, set.labels, classes);
    refuseDiverged(set, clean.loss);
    await work({ tf, net, weights, set, classes, clean, attackers, classifier });
  } finally {
    tf.dispose([...weights]);
    attackers.dispose();
    classifier.dispose();
  }
}
