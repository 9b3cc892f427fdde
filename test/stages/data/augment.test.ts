import { describe, expect, it } from 'vitest';
import { changeOf, drawChanged, type Change } from '../../../stages/data/augment.ts';
import type { PictureSet } from '../../../stages/data/picture-set.ts';

const set: PictureSet = {
  images: Uint8Array.from([9, 9, 9, 9, 9, 9, 1, 2, 3, 4, 5, 6]),
  labels: Int32Array.of(0, 1),
  index: Int32Array.of(0, 1),
  count: 2,
  height: 2,
  width: 3,
  channels: 1,
};
const drawn = (change: Change): number[] => {
  const target = new Uint8Array(7).fill(99);
  drawChanged(set, 1, change, target, 1);
  return [...target];
};

describe('a changed picture', () => {
  it('is shifted with black borders', () => {
    expect(drawn({ top: 0, left: 0, mirrored: false })).toEqual([99, 1, 2, 3, 4, 5, 6]);
    expect(drawn({ top: 1, left: 0, mirrored: false })).toEqual([99, 4, 5, 6, 0, 0, 0]);
    expect(drawn({ top: 0, left: -1, mirrored: false })).toEqual([99, 0, 1, 2, 0, 4, 5]);
  });
  it('is mirrored after the crop', () => {
    expect(drawn({ top: 0, left: 0, mirrored: true })).toEqual([99, 3, 2, 1, 6, 5, 4]);
    expect(drawn({ top: 0, left: -1, mirrored: true })).toEqual([99, 2, 1, 0, 5, 4, 0]);
  });
});

describe('the change of a picture', () => {
  it('depends on example and epoch, covers the range, and mirrors half', () => {
    const how = { pad: 4, flip: true };
    expect(changeOf(how, 1, 7, 3)).toEqual(changeOf(how, 1, 7, 3));
    const changes = Array.from({ length: 900 }, (_, example) => changeOf(how, 1, example, 0));
    expect(new Set(changes.map(({ top }) => top)).size).toBe(9);
    expect(Math.min(...changes.map(({ left }) => left))).toBe(-4);
    expect(Math.max(...changes.map(({ left }) => left))).toBe(4);
    const mirrored = changes.filter((change) => change.mirrored).length;
    expect(Math.abs(mirrored - 450)).toBeLessThan(60);
    expect(changeOf({ pad: 0, flip: false }, 1, 7, 3)).toEqual({ top: 0, left: 0, mirrored: false });
  });
});
