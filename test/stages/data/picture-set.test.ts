import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inBatches, epochOrder, labelsOf, pixelsOf } from '../../../stages/data/batches.ts';
import { toUnit } from '../../../stages/data/pixels.ts';
import { channelStatistics, checkPictures, type PictureSet } from '../../../stages/data/picture-set.ts';
import { readPictures, writePictures } from '../../../stages/data/stored-set.ts';
import { subsetOf } from '../../../stages/data/subset.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pictures-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const set: PictureSet = {
  images: Uint8Array.from([0, 255, 0, 255, 51, 51, 0, 0]),
  labels: Int32Array.of(1, 0, 1, 0),
  index: Int32Array.of(10, 11, 12, 13),
  count: 4,
  height: 1,
  width: 1,
  channels: 2,
};
const facts = { name: 'four', classNames: ['a', 'b'], mean: [0.1, 0.2], std: [0.3, 0.4] };

describe('a set of pictures', () => {
  it('survives the disk', () => {
    const path = join(folder, 'x.safetensors');
    writePictures(path, set, facts);
    expect(readPictures(path)).toEqual({ set, facts });
  });

  it('is refused where it does not agree with itself', () => {
    expect(() => checkPictures(set, 1, 'x')).toThrow('x: record 10 has label 1, but there are 1 classes');
    expect(() => checkPictures({ ...set, count: 3 }, 2, 'x')).toThrow(
      'x: 8 bytes are not 3 pictures of 1x1x2',
    );
    expect(() => checkPictures({ ...set, labels: Int32Array.of(0) }, 2, 'x')).toThrow(
      '4 pictures but 1 labels',
    );
  });

  it('gives its first pictures, in all or of each class', () => {
    expect([...subsetOf(set, { first: 3 }, 2, 'x').index]).toEqual([10, 11, 12]);
    const balanced = subsetOf(set, { perClass: 1 }, 2, 'x');
    expect([...balanced.index]).toEqual([10, 11]);
    expect([...balanced.images]).toEqual([0, 255, 0, 255]);
    expect(subsetOf(set, null, 2, 'x')).toBe(set);
    expect(() => subsetOf(set, { first: 5 }, 2, 'x')).toThrow('x: 5 pictures are asked for, but it has 4');
    expect(() => subsetOf(set, { perClass: 3 }, 2, 'x')).toThrow('class 0 has 2');
  });

  it('has mean and STD per channel', () => {
    const { mean, std } = channelStatistics(set);
    expect(mean[0]).toBeCloseTo(51 / 4 / 255);
    expect(mean[1]).toBeCloseTo((255 + 255 + 51) / 4 / 255);
    expect(std[0]).toBeCloseTo(Math.sqrt(3) / 4 / 5);
    expect(channelStatistics({ ...set, images: new Uint8Array(8) }).std).toEqual([1, 1]);
  });
});

describe('batches', () => {
  it('cover an epoch once, the last one smaller', () => {
    const order = epochOrder(10, 1, 0);
    const batches = inBatches(order, 4);
    expect(batches.map((batch) => batch.length)).toEqual([4, 4, 2]);
    expect([...order].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(order).not.toEqual(epochOrder(10, 1, 1));
  });

  it('hold pixels in [0, 1] as float32 division gives them, and labels', () => {
    expect([...pixelsOf(set, Int32Array.of(2, 0))]).toEqual([Math.fround(0.2), Math.fround(0.2), 0, 1]);
    expect([...labelsOf(set, Int32Array.of(2, 1))]).toEqual([1, 0]);
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
    const divided = bytes.reduce<number[]>(
      (all, byte) => [...all, Math.fround(Math.fround(byte) / Math.fround(255))],
      [],
    );
    expect([...toUnit(bytes)]).toEqual(divided);
  });
});
