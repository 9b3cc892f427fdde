import { kernelOf, type Kernel } from '../../../stages/spectrum/kernel.ts';
import { fc } from '../../properties.ts';

/** K[a,b,c,o] = (((7a + 5b + 3c + 2o) mod 11) - 5) / 5, 3x3, 2 inputs, 3 outputs. */
export const formulaKernel: Kernel = kernelOf(
  [3, 3, 2, 3],
  Array.from({ length: 54 }, (_, i) => {
    const [a, b, c, o] = [Math.floor(i / 18), Math.floor(i / 6) % 3, Math.floor(i / 3) % 2, i % 3] as const;
    return (((7 * a + 5 * b + 3 * c + 2 * o) % 11) - 5) / 5;
  }),
);

const side = fc.constantFrom(1, 2, 3);
const channels = fc.integer({ min: 1, max: 4 });

export const kernels: fc.Arbitrary<Kernel> = fc.tuple(side, side, channels, channels).chain((shape) =>
  fc
    .array(fc.double({ min: -3, max: 3, noNaN: true }), {
      minLength: shape.reduce((a, b) => a * b),
      maxLength: shape.reduce((a, b) => a * b),
    })
    .map((values) => kernelOf(shape, values)),
);

export const squares = ({ data }: Kernel): number => data.reduce((sum, value) => sum + value * value, 0);
