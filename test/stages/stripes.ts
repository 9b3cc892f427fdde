import type { PictureSet } from '../../stages/data/picture-set.ts';
import { RandomStream } from '../../stages/lib/random.ts';

export const stripeFacts = { name: 'stripes', classNames: ['across', 'down'], mean: [0.5], std: [0.5] };

/** Pictures that a small net learns at once: horizontal or vertical stripes with noise. */
export function stripes(count: number, size = 8): PictureSet {
  const stream = new RandomStream(count, 'order');
  const labels = Int32Array.from({ length: count }, (_, i) => i % 2);
  const images = Uint8Array.from({ length: count * size * size }, (_, i) => {
    const [y, x] = [Math.floor(i / size) % size, i % size];
    const bright = (labels[Math.floor(i / (size * size))] === 0 ? y : x) % 4 < 2;
    return (bright ? 200 : 20) + stream.integer(36);
  });
  const index = Int32Array.from({ length: count }, (_, i) => i);
  return { images, labels, index, count, height: size, width: size, channels: 1 };
}
