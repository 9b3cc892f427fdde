/** The table of a net's spectra, as `svd-per-layer` writes it and figures read it. */
import * as z from 'zod';
import { numberColumn } from '../lib/csv.ts';

/**
 * Whose singular values:
 * - `operator`: of the circular convolution with its stride (the figures' form)
 * - `operator-unit-stride`: of the same without its stride, as the spectral norm is controlled in training
 * - `reshaped`: of the kernel as an outputs x (inputs height width) matrix
 */
export const spectrumForms = ['operator', 'operator-unit-stride', 'reshaped'] as const;
export type SpectrumForm = (typeof spectrumForms)[number];

/** One line of spectra.csv: one layer in one form. */
export const layerRow = z.object({
  /** Position among the net's convolutions, from 1. */
  layer: numberColumn,
  /** Name of the kernel's parameter. */
  name: z.string(),
  form: z.enum(spectrumForms),
  /** Height and width of the layer's input map. */
  n: numberColumn,
  stride: numberColumn,
  inputs: numberColumn,
  outputs: numberColumn,
  count: numberColumn,
  max: numberColumn,
  min: numberColumn,
  mean: numberColumn,
  std: numberColumn,
  frobenius: numberColumn,
});
export type LayerRow = z.output<typeof layerRow>;

export const layerColumns = Object.keys(layerRow.shape) as (keyof LayerRow)[];
