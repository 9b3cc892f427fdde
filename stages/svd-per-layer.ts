/**
 * Singular values of every convolution of a net (figures 1a, 5c, 5d, 11c, 11d; appendix B.2): a table of their statistics,
 * and all values. The fully connected layer is left out, as in the paper's count of layers.
 */
import { defineStage, metrics } from 'ar-pipe';
import { writeFileSync } from 'node:fs';
import * as z from 'zod';
import { writeCsv } from './lib/csv.ts';
import { stored, writeSafetensors, type StoredTensor } from './lib/safetensors.ts';
import type { Convolution } from './nets/net.ts';
import { readWeights } from './nets/weights-file.ts';
import { kernelOf, type Kernel } from './spectrum/kernel.ts';
import { layerColumns, spectrumForms, type LayerRow, type SpectrumForm } from './spectrum/layers-table.ts';
import { operatorSingularValues, reshapedSingularValues } from './spectrum/operator.ts';
import { spectrumStatistics } from './spectrum/statistics.ts';

export default defineStage({
  params: z.strictObject({
    forms: z
      .array(z.enum(spectrumForms))
      .min(1)
      .default([...spectrumForms])
      .describe(
        'Whose singular values: the operator with its stride, without it (as norms are controlled in training), ' +
          'or the reshaped kernel. The paper does not say which; its figures are drawn from the operator',
      ),
    padding: z
      .literal('circular')
      .default('circular')
      .describe(
        'Border of the map. Circular as in Sedghi et al. 2019, which the paper cites; zero padding differs slightly',
      ),
  }),
  needs: { weights: 'weights.safetensors' },
  outputs: ['spectra.csv', 'values.safetensors', metrics('spectra.json')],
  run({ params: { forms }, needs, out, progress, signal }) {
    const { net, weights } = readWeights(needs.weights);
    if (net.convolutions.length === 0) {
      throw new Error(
        `the net in ${needs.weights} has no convolutions, and the paper's count of layers leaves fully connected ones out; ` +
          'the theory stage gives their largest and smallest singular values',
      );
    }
    const rows: LayerRow[] = [];
    const values: [string, StoredTensor][] = [];
    net.convolutions.forEach((layer, index) => {
      signal.throwIfAborted();
      const kernel = kernelOfLayer(layer, weights.get(layer.name)!);
      for (const form of forms) {
        const found = valuesOf(kernel, layer, form);
        rows.push({ layer: index + 1, ...describe(layer), form, ...spectrumStatistics(found) });
        values.push([`${form}/${layer.name}`, stored(found)]);
      }
      progress(index + 1, net.convolutions.length, 'layers');
    });
    writeCsv(out('spectra.csv'), layerColumns, rows);
    writeSafetensors(out('values.safetensors'), values);
    writeFileSync(out('spectra.json'), JSON.stringify(summary(rows), null, 2));
  },
});

function kernelOfLayer({ name, kernel, inputHeight, inputWidth }: Convolution, values: Float32Array): Kernel {
  if (inputHeight !== inputWidth) {
    throw new Error(
      `'${name}' takes ${inputHeight} x ${inputWidth} maps; singular values are computed for square maps`,
    );
  }
  try {
    return kernelOf(kernel, values);
  } catch (error) {
    throw new Error(`the weights '${name}' have no singular values: ${(error as Error).message}`);
  }
}

function valuesOf(kernel: Kernel, { inputHeight: n, stride }: Convolution, form: SpectrumForm): Float64Array {
  switch (form) {
    case 'operator':
      return operatorSingularValues(kernel, { n, stride });
    case 'operator-unit-stride':
      return operatorSingularValues(kernel, { n });
    case 'reshaped':
      return reshapedSingularValues(kernel);
  }
}

function describe({ name, inputHeight: n, stride, kernel: [, , inputs, outputs] }: Convolution) {
  return { name, n, stride, inputs, outputs };
}

/** Per form: the largest norm of a layer, the mean over layers of the STD, and the STD of each layer. */
function summary(rows: readonly LayerRow[]): Record<string, unknown> {
  const byForm = new Map<SpectrumForm, LayerRow[]>();
  for (const row of rows) byForm.set(row.form, [...(byForm.get(row.form) ?? []), row]);
  return Object.fromEntries(
    [...byForm].map(([form, layers]) => [
      form,
      {
        largestNorm: Math.max(...layers.map(({ max }) => max)),
        meanStd: layers.reduce((sum, { std }) => sum + std, 0) / layers.length,
        std: Object.fromEntries(layers.map(({ name, std }) => [name, std])),
      },
    ]),
  );
}
