import { describe, expect, it } from 'vitest';
import { augmentSchema, type ResizedCrop } from '../../../stages/data/augment.ts';
import { drawWindow, windowOf, type Window } from '../../../stages/data/resized-crop.ts';
import { RandomStream } from '../../../stages/lib/random.ts';

const published = augmentSchema.parse({ kind: 'resized-crop' }) as ResizedCrop;
const stream = (example: number): RandomStream => new RandomStream(1, 'augmentation', [example, 0]);
const windows = (how: ResizedCrop, height: number, width: number, count = 2000): Window[] =>
  Array.from({ length: count }, (_, example) => windowOf(how, height, width, stream(example)));

describe('a random window', () => {
  it('lies inside the picture, with area and ratio in their ranges to half a pixel', () => {
    for (const { top, left, height, width } of windows(published, 64, 64, 300)) {
      expect(Math.min(top, left)).toBeGreaterThanOrEqual(0);
      expect(Math.max(top + height, left + width)).toBeLessThanOrEqual(64);
      expect((width + 0.5) * (height + 0.5)).toBeGreaterThanOrEqual(0.08 * 64 * 64);
      expect((width - 0.5) / (height + 0.5)).toBeLessThanOrEqual(4 / 3);
      expect((width + 0.5) / (height - 0.5)).toBeGreaterThanOrEqual(3 / 4);
    }
  });

  it('spreads its area evenly, its ratio around 1, and mirrors half', () => {
    const found = windows(published, 64, 64);
    const mean = (of: (window: Window) => number): number =>
      found.reduce((sum, window) => sum + of(window), 0) / found.length;
    // Windows of nearly the whole area fit only where they are nearly square, so the mean lies below (0.08 + 1) / 2.
    expect(mean(({ height, width }) => (height * width) / 4096)).toBeGreaterThan(0.45);
    expect(mean(({ height, width }) => (height * width) / 4096)).toBeLessThan(0.54);
    expect(Math.abs(mean(({ height, width }) => Math.log(width / height)))).toBeLessThan(0.02);
    expect(Math.abs(mean(({ mirrored }) => Number(mirrored)) - 0.5)).toBeLessThan(0.05);
    expect(Math.abs(mean(({ top, height }) => top + height / 2) - 32)).toBeLessThan(0.5);
    expect(new Set(found.map(({ left }) => left)).size).toBeGreaterThan(35);
  });

  it('is the same for the same example and epoch', () => {
    expect(windowOf(published, 64, 64, stream(7))).toEqual(windowOf(published, 64, 64, stream(7)));
    expect(windowOf(published, 64, 64, stream(7))).not.toEqual(windowOf(published, 64, 64, stream(8)));
  });

  it('is the whole picture where area and ratio are 1', () => {
    const whole = {
      ...published,
      area: [1, 1] as [number, number],
      ratio: [1, 1] as [number, number],
      flip: false,
    };
    for (const window of windows(whole, 64, 64, 20)) {
      expect(window).toEqual({ kind: 'window', top: 0, left: 0, height: 64, width: 64, mirrored: false });
    }
  });

  it('is the largest centred one where none of ten fits', () => {
    const tall = {
      ...published,
      area: [1, 1] as [number, number],
      ratio: [0.5, 0.5] as [number, number],
      flip: false,
    };
    expect(windowOf(tall, 64, 64, stream(1))).toEqual({
      kind: 'window',
      top: 0,
      left: 16,
      height: 64,
      width: 32,
      mirrored: false,
    });
    expect(windowOf({ ...tall, ratio: [2, 2] }, 64, 64, stream(1))).toMatchObject({
      top: 16,
      height: 32,
      width: 64,
    });
    expect(windowOf(tall, 1, 1, stream(1))).toMatchObject({ top: 0, left: 0, height: 1, width: 1 });
  });
});

describe('the drawn window', () => {
  it('equals what Pillow gives for the same crop and size', () => {
    const picture = {
      images: Uint8Array.from({ length: 16 }, (_, i) => (i * 37) % 256),
      labels: Int32Array.of(0),
      index: Int32Array.of(0),
      count: 1,
      height: 4,
      width: 4,
      channels: 1,
    };
    const target = new Uint8Array(16);
    drawWindow(
      picture,
      0,
      { kind: 'window', top: 1, left: 0, height: 2, width: 3, mirrored: false },
      target,
      0,
    );
    expect([...target]).toEqual([148, 171, 199, 222, 121, 144, 172, 195, 67, 90, 118, 141, 40, 63, 91, 114]);
  });
});
