/** What steps of the study cost, in multiply-adds: a gradient for the input costs about one forward pass, for the weights another. */
import { netSchema, type Architecture } from '../nets/architecture.ts';
import { buildNet } from '../nets/build.ts';
import { multiplyAdds } from '../nets/multiply-adds.ts';
import type * as z from 'zod';
import type { PictureShape } from './data-sets.ts';

type NetInput = z.input<typeof netSchema>;

/** One picture's forward pass. */
export function forwardWork(net: NetInput, shape: PictureShape): number {
  const architecture: Architecture = { ...shape, net: netSchema.parse(net), normalise: null };
  return multiplyAdds(buildNet(architecture));
}

/** Forward passes for one picture in one attack: each step is a forward and an input-gradient pass. */
export const attackPasses = (steps: number): number => 2 * steps;

/** Forward passes for one picture in one epoch of training on attacked pictures. */
export const trainingPasses = (steps: number): number => attackPasses(steps) + 3;
