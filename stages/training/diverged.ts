/** Training that went wrong is an error, never a silent figure. */
import type { WeightValues } from '../nets/initialise.ts';

/** @throws naming epoch and batch (counted from 1) if a loss is not a finite number. */
export function refuseNonFinite(
  losses: ArrayLike<number>,
  epoch: number,
  batch: number,
  batches: number,
): void {
  for (let i = 0; i < losses.length; i++) {
    if (Number.isFinite(losses[i]!)) continue;
    throw new Error(
      `training diverged: the loss is ${losses[i]!} in epoch ${epoch + 1}, batch ${batch + 1} of ${batches}; ` +
        'lower learningRate, or raise warmUp',
    );
  }
}

/** The last step of an epoch may break weights that no loss has seen yet. @throws naming the epoch (counted from 1) and the parameter. */
export function refuseNonFiniteWeights(weights: WeightValues, epoch: number): void {
  for (const [name, values] of weights) {
    const wrong = values.find((value) => !Number.isFinite(value));
    if (wrong === undefined) continue;
    throw new Error(
      `training diverged: '${name}' holds ${wrong} at the end of epoch ${epoch + 1}; lower learningRate, or raise warmUp`,
    );
  }
}

/** A net that answers every picture alike has loss ln(classes) at best. @throws if the final clean loss is not below that. */
export function refuseUntrained(cleanLoss: number, classes: number, epochs: number): void {
  const chance = Math.log(classes);
  if (cleanLoss < 0.99 * chance) return;
  throw new Error(
    `the net has learnt nothing: after ${epochs} epochs its loss on clean training pictures is ${cleanLoss.toFixed(4)}, ` +
      `that of guessing is ln ${classes} = ${chance.toFixed(4)}; lower epsilon or learningRate, or train for more epochs`,
  );
}
