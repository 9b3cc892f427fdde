import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { firstPerClass, formatIdx, parseIdx, takeExamples } from '../../scripts/idx-subset.ts';

describe('a class-balanced subset', () => {
  it('takes the first examples of each class in file order', () => {
    expect(firstPerClass(Uint8Array.of(1, 0, 1, 1, 0, 0), 2, 2)).toEqual([0, 1, 2, 4]);
  });

  it('refuses a class with too few examples and a label out of range', () => {
    expect(() => firstPerClass(Uint8Array.of(0, 0, 1), 2, 2)).toThrow('class 1 has only 1 examples');
    expect(() => firstPerClass(Uint8Array.of(0, 2), 2, 1)).toThrow('label 2 of example 1');
  });

  it('keeps pictures whole', () => {
    const pictures = { shape: [3, 1, 2], data: Uint8Array.of(1, 2, 3, 4, 5, 6) };
    expect(takeExamples(pictures, [0, 2])).toEqual({ shape: [2, 1, 2], data: Uint8Array.of(1, 2, 5, 6) });
  });
});

describe('IDX files', () => {
  const idx = { shape: [2, 3], data: Uint8Array.of(1, 2, 3, 4, 5, 6) };

  it('survive writing and reading', () => {
    expect(parseIdx(formatIdx(idx), 'x')).toEqual(idx);
  });

  it('are refused when truncated or of another type', () => {
    expect(() => parseIdx(formatIdx(idx).subarray(0, 16), 'x')).toThrow(
      'x holds 4 values, its header says 6',
    );
    expect(() => parseIdx(formatIdx(idx).subarray(0, 7), 'x')).toThrow('x ends within its header');
    expect(() => parseIdx(Uint8Array.of(0, 0, 13, 1, 0, 0, 0, 0), 'x')).toThrow(
      'not an IDX file of unsigned bytes',
    );
  });
});

describe('the embedded data set', () => {
  const folder = new URL('../../datasets/fashion-mnist/', import.meta.url);
  const sums = readFileSync(new URL('SHA256SUMS', folder), 'utf8').trim().split('\n');

  it.each(sums.map((line) => line.split('  ') as [string, string]))(
    'has the digest %s: %s',
    (digest, name) => {
      const bytes = readFileSync(new URL(name, folder));
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(digest);
      // Time of modification and operating system of a gzip header: not facts of the content.
      expect([...bytes.subarray(4, 8), bytes[9]]).toEqual([0, 0, 0, 0, 255]);
    },
  );

  it.each([
    ['train', 600],
    ['t10k', 400],
  ])('has %s pictures of 28 x 28 and %i labels of each class', (part, perClass) => {
    const open = (name: string) =>
      parseIdx(gunzipSync(readFileSync(new URL(`${part}-${name}.gz`, folder))), name);
    expect(open('images-idx3-ubyte').shape).toEqual([10 * perClass, 28, 28]);
    const counts = new Array<number>(10).fill(0);
    for (const label of open('labels-idx1-ubyte').data) counts[label]!++;
    expect(counts).toEqual(new Array(10).fill(perClass));
  });
});
