import { describe, expect, it } from 'vitest';
import { buildNet } from '../../../stages/nets/build.ts';
import { netSchema } from '../../../stages/nets/architecture.ts';
import { multiplyAdds } from '../../../stages/nets/multiply-adds.ts';

const cost = (net: object, size: number, classes: number): number =>
  multiplyAdds(
    buildNet({
      net: netSchema.parse(net),
      height: size,
      width: size,
      channels: 3,
      classes,
      normalise: null,
    }),
  );

describe('multiplyAdds', () => {
  it.each([
    ['ResNet-56', { kind: 'fixup-resnet', depth: 56 }, 32, 10, 125_485_696],
    ['ResNet-110', { kind: 'fixup-resnet', depth: 110 }, 32, 10, 252_887_680],
    ['WRN-50-2-bottleneck', { kind: 'wrn-bottleneck' }, 64, 200, 14_737_883_136],
  ])('of the published %s', (_, net, size, classes, expected) => {
    expect(cost(net, size, classes)).toBe(expected);
  });
});
