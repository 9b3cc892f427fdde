import { describe, expect, it } from 'vitest';
import { augmentSchema, changeOf, drawChanged, type Change } from '../../../stages/data/augment.ts';
import type { PictureSet } from '../../../stages/data/picture-set.ts';
import type { Shift } from '../../../stages/data/shift.ts';
import { fc } from '../../properties.ts';

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
  const target = new Uint8Array(8).fill(99);
  drawChanged(set, 1, change, target, 1);
  expect([target[0], target[7]]).toEqual([99, 99]);
  return [...target.subarray(1, 7)];
};
const shift = (top: number, left: number, mirrored: boolean): Change => ({
  kind: 'shift',
  top,
  left,
  mirrored,
});

describe('a shifted picture', () => {
  it('has black borders', () => {
    expect(drawn(shift(0, 0, false))).toEqual([1, 2, 3, 4, 5, 6]);
    expect(drawn(shift(1, 0, false))).toEqual([4, 5, 6, 0, 0, 0]);
    expect(drawn(shift(0, -1, false))).toEqual([0, 1, 2, 0, 4, 5]);
  });
  it('is mirrored after the crop', () => {
    expect(drawn(shift(0, 0, true))).toEqual([3, 2, 1, 6, 5, 4]);
    expect(drawn(shift(0, -1, true))).toEqual([2, 1, 0, 5, 4, 0]);
  });
});

describe('the window of a picture', () => {
  const window = { kind: 'window', top: 0, left: 0, height: 2, width: 3, mirrored: false } as const;
  it('is the picture where it covers it', () => {
    expect(drawn(window)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(drawn({ ...window, mirrored: true })).toEqual([3, 2, 1, 6, 5, 4]);
  });
  it('is scaled between pixel centres, with the same border as the window', () => {
    // Centres of three new pixels over two old ones: -1/6, 1/2, 7/6.
    expect(drawn({ ...window, width: 2 })).toEqual([1, 2, 2, 4, 5, 5]);
    expect(drawn({ ...window, width: 2, mirrored: true })).toEqual([2, 2, 1, 5, 5, 4]);
    expect(drawn({ ...window, height: 1, top: 1 })).toEqual([4, 5, 6, 4, 5, 6]);
    expect(drawn({ ...window, height: 1, width: 1, left: 2 })).toEqual([3, 3, 3, 3, 3, 3]);
  });
  it('never leaves the range of its pixels', () => {
    const side = fc.integer({ min: 1, max: 7 });
    const picture = fc.tuple(side, side).chain(([height, width]) =>
      fc.record({
        height: fc.constant(height),
        width: fc.constant(width),
        images: fc.uint8Array({ minLength: height * width, maxLength: height * width }),
        seed: fc.nat(),
      }),
    );
    const how = augmentSchema.parse({ kind: 'resized-crop' });
    fc.assert(
      fc.property(picture, ({ height, width, images, seed }) => {
        const one = { ...set, images, height, width, count: 1 };
        const target = new Uint8Array(images.length);
        drawChanged(one, 0, changeOf(how, one, seed, 3, 5), target, 0);
        expect(Math.min(...target)).toBeGreaterThanOrEqual(Math.min(...images));
        expect(Math.max(...target)).toBeLessThanOrEqual(Math.max(...images));
      }),
    );
  });
});

describe('padding and crop', () => {
  it('depend on example and epoch, cover the range, and mirror half', () => {
    const how = augmentSchema.parse({ pad: 4, flip: true });
    const change = (example: number, epoch = 0): Shift => changeOf(how, set, 1, example, epoch) as Shift;
    expect(change(7, 3)).toEqual(change(7, 3));
    const changes = Array.from({ length: 900 }, (_, example) => change(example));
    expect(new Set(changes.map(({ top }) => top)).size).toBe(9);
    expect(Math.min(...changes.map(({ left }) => left))).toBe(-4);
    expect(Math.max(...changes.map(({ left }) => left))).toBe(4);
    const mirrored = changes.filter((change) => change.mirrored).length;
    expect(Math.abs(mirrored - 450)).toBeLessThan(60);
    const none = augmentSchema.parse({ pad: 0, flip: false });
    expect(changeOf(none, set, 1, 7, 3)).toEqual(shift(0, 0, false));
  });
});

describe('the parameter', () => {
  it('has the published values as defaults, and padding where no kind is named', () => {
    expect(augmentSchema.parse({})).toEqual({ kind: 'pad', pad: 4, flip: true });
    expect(augmentSchema.parse({ kind: 'resized-crop' })).toEqual({
      kind: 'resized-crop',
      area: [0.08, 1],
      ratio: [3 / 4, 4 / 3],
      flip: true,
    });
  });
  it('refuses ranges that are none', () => {
    for (const wrong of [{ area: [0.5, 0.1] }, { area: [0, 1] }, { area: [0.1, 1.5] }, { ratio: [2, 1] }])
      expect(() => augmentSchema.parse({ kind: 'resized-crop', ...wrong })).toThrow();
  });
});
