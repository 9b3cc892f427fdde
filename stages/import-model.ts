/**
 * Takes over a net that another program has trained: a safetensors file in PyTorch's layout, under the names of this project's
 * nets (docs/paper.md). What it writes is what `train` writes, so evaluation, attacks, singular values and figures take it.
 */
import { defineStage } from 'ar-pipe';
import * as z from 'zod';
import { architectureSchema, type Architecture } from './nets/architecture.ts';
import { buildNet } from './nets/build.ts';
import { fitWeights, readForeign, takeConstants } from './nets/foreign-weights.ts';
import { parameterCount } from './nets/net.ts';
import { writeWeights } from './nets/weights-file.ts';

export default defineStage({
  params: z.strictObject({
    ...architectureSchema.shape,
    normalise: z
      .union([z.literal('file'), architectureSchema.shape.normalise])
      .describe(
        "How the net normalises pictures in [0, 1]: mean and std per channel; 'file': by the tensors normalise.mean and " +
          'normalise.std; null: not at all. Without a default: a wrong one costs accuracy in silence',
      ),
    rename: z
      .record(z.string(), z.string())
      .default({})
      .describe("Prefixes of the file's names, and what stands for them here, such as {'module.': ''}"),
  }),
  needs: { model: 'model.safetensors' },
  outputs: ['weights.safetensors'],
  run({ params: { rename, normalise, ...rest }, needs, out, log }) {
    const path = needs.model;
    const tensors = new Map(readForeign(path, rename));
    const constants = normalise === 'file' ? takeConstants(tensors, path) : normalise;
    for (const [name, { length }] of Object.entries(constants ?? {})) {
      if (length !== rest.channels)
        throw new Error(
          `normalise: ${name} has ${length} numbers, but pictures have ${rest.channels} channels`,
        );
    }
    const architecture: Architecture = architectureSchema.parse({ ...rest, normalise: constants });
    const net = buildNet(architecture);
    writeWeights(out('weights.safetensors'), architecture, fitWeights(net, tensors, path));
    log(`${parameterCount(net)} parameters`);
  },
});
