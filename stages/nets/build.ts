/** From an architecture to its net: the one place that knows all kinds. */
import type { Architecture } from './architecture.ts';
import { fixupResNet } from './fixup-resnet.ts';
import type { Net } from './net.ts';
import { plain } from './plain.ts';
import { wideBottleneck } from './wide-bottleneck.ts';

export function buildNet(architecture: Architecture): Net {
  const { net } = architecture;
  switch (net.kind) {
    case 'fixup-resnet':
      return fixupResNet({ ...architecture, net });
    case 'wrn-bottleneck':
      return wideBottleneck({ ...architecture, net });
    case 'plain':
      return plain({ ...architecture, net });
  }
}
