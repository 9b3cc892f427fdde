import { describe, expect, it } from 'vitest';
import { permutation, philox, RandomStream } from '../../../stages/lib/random.ts';

const hex = (...words: Parameters<typeof philox> extends [unknown, ...infer Rest] ? Rest : never): string => {
  const out = new Uint32Array(4);
  philox(out, ...words);
  return [...out].map((word) => word.toString(16).padStart(8, '0')).join(' ');
};
const draw = (stream: RandomStream, n: number): number[] => Array.from({ length: n }, () => stream.word());

describe('philox', () => {
  it('gives the published answers', () => {
    const f = 0xffffffff;
    expect(hex(0, 0, 0, 0, 0, 0)).toBe('6627e8d5 e169c58d bc57ac4c 9b00dbd8');
    expect(hex(f, f, f, f, f, f)).toBe('408f276d 41c83b0e a20bc7c6 6d5451fd');
    expect(hex(0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0)).toBe(
      'd16cfe09 94fdcceb 5001e420 24126ea1',
    );
  });
});

describe('a random stream', () => {
  it('is a function of seed, purpose and place alone', () => {
    expect(draw(new RandomStream(7, 'noise', [3, 1]), 9)).toEqual(
      draw(new RandomStream(7, 'noise', [3, 1, 0]), 9),
    );
    const others = [
      new RandomStream(8, 'noise', [3, 1]),
      new RandomStream(7, 'order', [3, 1]),
      new RandomStream(7, 'noise', [4, 1]),
      new RandomStream(7, 'noise', [3, 2]),
      new RandomStream(7, 'noise', [3, 1, 1]),
    ];
    const first = draw(new RandomStream(7, 'noise', [3, 1]), 4);
    for (const other of others) expect(draw(other, 4)).not.toEqual(first);
  });

  it('has the moments of its distributions', () => {
    const stream = new RandomStream(1, 'noise');
    const n = 40_000;
    const moments = (next: () => number): [number, number] => {
      const values = Array.from({ length: n }, next);
      const mean = values.reduce((a, b) => a + b, 0) / n;
      return [mean, values.reduce((a, b) => a + (b - mean) ** 2, 0) / n];
    };
    const [uniformMean, uniformVariance] = moments(() => stream.uniform());
    expect(uniformMean).toBeCloseTo(0.5, 2);
    expect(uniformVariance).toBeCloseTo(1 / 12, 2);
    const [normalMean, normalVariance] = moments(() => stream.normal());
    expect(Math.abs(normalMean)).toBeLessThan(0.02);
    expect(Math.abs(normalVariance - 1)).toBeLessThan(0.03);
  });

  it('permutes evenly', () => {
    const counts = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const key = permutation(3, new RandomStream(1, 'order', [i])).join('');
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual(['012', '021', '102', '120', '201', '210']);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(130);
  });
});
