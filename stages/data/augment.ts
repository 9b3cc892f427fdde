/** Augmentation of training pictures: which change a picture gets in an epoch, and the changed picture. */
import * as z from 'zod';
import type { PictureSet } from './picture-set.ts';
import { drawShifted, shiftOf, type Shift } from './shift.ts';
import { drawWindow, windowOf, type Window } from './resized-crop.ts';
import { RandomStream } from '../lib/random.ts';

const flip = z.boolean().default(true).describe('Mirror half of the pictures');

const pad = z.strictObject({
  kind: z.literal('pad').default('pad').describe('Zero padding and random crop (He et al. 2016), for CIFAR'),
  pad: z
    .int()
    .nonnegative()
    .default(4)
    .describe('Zero pixels added on each side before the random crop; the paper: 4'),
  flip,
});

const range = (least: number, most: number) =>
  z
    .tuple([z.number().positive().max(most), z.number().positive().max(most)])
    .refine(
      ([from, to]) => from <= to && from >= least,
      `two numbers, the smaller one first, within ${least} and ${most}`,
    );

const resizedCrop = z.strictObject({
  kind: z
    .literal('resized-crop')
    .describe("A random window, scaled back to the picture's size, for Tiny-ImageNet"),
  area: range(0, 1).default([0.08, 1]).describe("Least and greatest share of the picture's area"),
  ratio: range(1 / 16, 16)
    .default([3 / 4, 4 / 3])
    .describe('Least and greatest ratio of width to height, drawn evenly on a log scale'),
  flip,
});

export const augmentSchema = z.union([pad, resizedCrop]);
export type Augment = z.output<typeof augmentSchema>;
export type ResizedCrop = z.output<typeof resizedCrop>;

/** What is done to one picture. */
export type Change = Shift | Window;

/** Keyed by example and epoch, so batch order does not matter. `height` and `width` are the picture's. */
export function changeOf(
  how: Augment,
  { height, width }: { readonly height: number; readonly width: number },
  seed: number,
  example: number,
  epoch: number,
): Change {
  const stream = new RandomStream(seed, 'augmentation', [example, epoch]);
  return how.kind === 'pad' ? shiftOf(how, stream) : windowOf(how, height, width, stream);
}

/** Writes the changed picture number `place` of the set into `target` from `offset`: same size as before. */
export function drawChanged(
  set: PictureSet,
  place: number,
  change: Change,
  target: Uint8Array,
  offset: number,
): void {
  if (change.kind === 'shift') drawShifted(set, place, change, target, offset);
  else drawWindow(set, place, change, target, offset);
}
