/** What must be said beside the numbers of the theory, for this net. */
import type { NetParams } from '../nets/architecture.ts';

export function cautionsFor({ kind }: NetParams, crossed: number, searched: number): string[] {
  return [
    ...(kind === 'plain'
      ? []
      : [
          'the net has skip connections: the product over layers is that of the theorem for feed-forward nets, and bounds nothing here',
        ]),
    ...(kind === 'wrn-bottleneck'
      ? ['batch norm scales between the layers; the products are of convolutions and the last layer alone']
      : []),
    'the product of smallest singular values bounds a net from below only on the complements of null spaces, and for masked layers not in general',
    crossed === 0
      ? `no boundary was found from ${searched} training pictures, so v_min is unknown and u_min counts as 0`
      : `v_min is the least distance found at ${crossed} of ${searched} training pictures: an over-estimate of the minimum over all covering balls, so u_min is one too`,
  ];
}
