/** The layers of a net whose singular values count: linear maps, not the norms and scalars between them. */
import type { Net } from '../nets/net.ts';
import type { Kernel } from './kernel.ts';

export interface LinearLayer {
  /** Of its parameter. */
  readonly name: string;
  /** As a convolution; a fully connected layer is one of a single tap. */
  readonly shape: Kernel['shape'];
  /** Height and width of the input map; 1 for a fully connected layer. */
  readonly n: number;
}

/** Whether singular values are computed for this net: only for square maps. */
export const hasSquareMaps = ({ convolutions }: Net): boolean =>
  convolutions.every(({ inputHeight, inputWidth }) => inputHeight === inputWidth);

/** Every convolution and every fully connected layer, in the order of the net's parameters. */
export function linearLayers({ parameters, convolutions }: Net): LinearLayer[] {
  const byName = new Map(convolutions.map((convolution) => [convolution.name, convolution]));
  return parameters.flatMap(({ name, shape }): LinearLayer[] => {
    const convolution = byName.get(name);
    if (convolution) return [{ name, shape: convolution.kernel, n: convolution.inputHeight }];
    const [inputs, outputs] = shape;
    return shape.length === 2 ? [{ name, shape: [1, 1, inputs!, outputs!], n: 1 }] : [];
  });
}
