/** What a net is, as plain data: stage parameters choose it, and weights files carry it. */
import * as z from 'zod';

const scalars = z
  .enum(['none', 'biases', 'all'])
  .describe(
    "Fixup's scalar layers: none (the paper: 'the scalar layers are also omitted'), its biases, or biases and multipliers",
  );

export const fixupResNetSchema = z.strictObject({
  kind: z.literal('fixup-resnet'),
  depth: z
    .int()
    .min(8)
    .refine(
      (depth) => depth % 6 === 2,
      'a ResNet of this family has depth 6n + 2: 8, 14, 20, 32, 44, 56, 110, …',
    )
    .describe(
      'Layers, 6n + 2: a stem, three groups of n blocks of two convolutions, a fully connected layer',
    ),
  width: z
    .int()
    .positive()
    .default(16)
    .describe('Channels of the first group; the others have 2 and 4 times as many'),
  shortcut: z
    .enum(['A', 'B'])
    .default('A')
    .describe(
      'Where channels double: A = every second pixel, zero channels appended; B = 1x1 convolution of stride 2',
    ),
  scalars: scalars.default('none'),
  stem: z
    .enum(['uniform', 'he'])
    .default('uniform')
    .describe(
      "Initialisation of the first convolution: U(-b, b) with b = 1/sqrt(fan in), as Fixup's code, or He normal",
    ),
});

export const wideBottleneckSchema = z.strictObject({
  kind: z.literal('wrn-bottleneck'),
  units: z.array(z.int().positive()).min(1).default([3, 4, 6, 3]).describe('Bottleneck units of each group'),
  base: z.int().positive().default(64).describe('Channels of the stem; group g has 4 * base * 2^g of them'),
  widen: z.number().positive().default(2).describe('Widen factor: inner width is widen * base * 2^g'),
});

export const plainSchema = z.strictObject({
  kind: z.literal('plain'),
  hidden: z
    .array(z.int().positive())
    .default([32, 32])
    .describe('Units of the hidden layers, in order; none: a linear classifier'),
});

/** The nets of the study. Their size follows from the data: see `Architecture`. */
export const netSchema = z.discriminatedUnion('kind', [fixupResNetSchema, wideBottleneckSchema, plainSchema]);
export type NetParams = z.output<typeof netSchema>;

/** A net together with the pictures it takes; enough to build it. */
export const architectureSchema = z.strictObject({
  net: netSchema,
  height: z.int().positive(),
  width: z.int().positive(),
  channels: z.int().positive(),
  classes: z.int().min(2),
  /** Mean and standard deviation per channel, applied inside the net; null: pictures enter as they are, in [0, 1]. */
  normalise: z.strictObject({ mean: z.array(z.number()), std: z.array(z.number().positive()) }).nullable(),
});
export type Architecture = z.output<typeof architectureSchema>;
