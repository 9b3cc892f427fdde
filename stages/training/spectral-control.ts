/**
 * Control of capacity by spectral norms (the paper's section B.4.2 and appendix D.3): once at the end of every epoch, on
 * every convolution, its stride ignored, and on the fully connected layer. Momentum buffers stay as they are.
 */
import * as z from 'zod';
import type { WeightValues } from '../nets/initialise.ts';
import type { Net } from '../nets/net.ts';
import { controlSpectralNorm, normControls } from '../spectrum/clip.ts';
import { kernelOf } from '../spectrum/kernel.ts';
import { hasSquareMaps, linearLayers } from '../spectrum/net-layers.ts';
import { spectralNorm } from '../spectrum/operator.ts';

export const spectralControlSchema = z.strictObject({
  level: z
    .number()
    .positive('spectral norms are controlled to a level above 0; null leaves them uncontrolled')
    .describe('What spectral norms are held to; the paper: 1, 3 and 5'),
  mode: z
    .enum(normControls)
    .default('clip')
    .describe(
      'clip: singular values above the level become the level, then the kernel is cut back to its taps, which may leave its norm ' +
        'a little higher; scale-down: a layer above the level is scaled; scale-to: every layer is scaled to the level',
    ),
});
export type SpectralControl = z.output<typeof spectralControlSchema>;

export interface SpectralReport {
  /** New values of the layers that were changed. */
  readonly changed: WeightValues;
  readonly layersClipped: number;
  /** Natural logarithm of the product of all layers' spectral norms (definition 7), after control; null where one is 0. */
  readonly logSpectralComplexity: number | null;
}

/** @throws before any training, where a layer of the net could not be controlled */
export function refuseUncontrollable(net: Net, { mode }: SpectralControl): void {
  if (!hasSquareMaps(net))
    throw new Error('spectralControl needs square pictures: singular values are computed for square maps');
  const small = linearLayers(net).find(({ shape: [height, width], n }) => Math.max(height, width) > n);
  if (mode !== 'clip' || small === undefined) return;
  const { name, shape, n } = small;
  throw new Error(
    `spectralControl cannot clip '${name}': its ${shape[0]} x ${shape[1]} kernel is larger than its ${n} x ${n} map; ` +
      "choose mode 'scale-down', or larger pictures",
  );
}

/** Called after every layer: some take a second. What it throws ends the work. */
type Pause = () => Promise<void>;

export async function controlLayers(
  net: Net,
  weights: WeightValues,
  { level, mode }: SpectralControl,
  pause: Pause,
): Promise<SpectralReport> {
  const changed = new Map<string, Float32Array>();
  const norms: number[] = [];
  for (const { name, shape, n } of linearLayers(net)) {
    const kernel = kernelOf(shape, weights.get(name)!);
    const norm = spectralNorm(kernel, n);
    const controlled = controlSpectralNorm(kernel, n, level, mode, norm);
    if (controlled === kernel) {
      norms.push(norm);
    } else {
      const values = Float32Array.from(controlled.data);
      changed.set(name, values);
      norms.push(spectralNorm(kernelOf(shape, values), n));
    }
    await pause();
  }
  return { changed, layersClipped: changed.size, logSpectralComplexity: logProduct(norms) };
}

/** The same logarithm of weights as they are; null also for pictures that are not square. */
export async function complexityOf(net: Net, weights: WeightValues, pause: Pause): Promise<number | null> {
  if (!hasSquareMaps(net)) return null;
  const norms: number[] = [];
  for (const { name, shape, n } of linearLayers(net)) {
    norms.push(spectralNorm(kernelOf(shape, weights.get(name)!), n));
    await pause();
  }
  return logProduct(norms);
}

/** A sum of logarithms: the product of a hundred norms overflows. */
function logProduct(norms: readonly number[]): number | null {
  const sum = norms.reduce((total, norm) => total + Math.log(norm), 0);
  return Number.isFinite(sum) ? sum : null;
}
