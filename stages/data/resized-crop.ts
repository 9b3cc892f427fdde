/**
 * Random resized crop (Szegedy et al. 2015, 'Going deeper with convolutions', section 6): a window of random area and aspect
 * ratio, scaled back to the picture's own size.
 */
import type { RandomStream } from '../lib/random.ts';
import type { PictureSet } from './picture-set.ts';

/** The part of the picture that is shown, in pixels, and whether it is mirrored. */
export interface Window {
  readonly kind: 'window';
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
  readonly mirrored: boolean;
}

export interface WindowRanges {
  /** Least and greatest share of the picture's area. */
  readonly area: readonly [number, number];
  /** Least and greatest width / height. */
  readonly ratio: readonly [number, number];
  readonly flip: boolean;
}

/**
 * Ten tries, as torchvision makes them, for a window that fits; else the largest centred one whose ratio is allowed. Sides are
 * rounded to whole pixels, so area and ratio hold to half a pixel a side.
 */
export function windowOf(
  { area, ratio, flip }: WindowRanges,
  height: number,
  width: number,
  stream: RandomStream,
): Window {
  const between = (low: number, high: number): number => low + (high - low) * stream.uniform();
  const mirrored = flip && stream.integer(2) === 1;
  const [narrow, wide] = [Math.log(ratio[0]), Math.log(ratio[1])];
  for (let attempt = 0; attempt < 10; attempt++) {
    const pixels = between(area[0], area[1]) * height * width;
    const aspect = Math.exp(between(narrow, wide));
    const w = Math.round(Math.sqrt(pixels * aspect));
    const h = Math.round(Math.sqrt(pixels / aspect));
    if (w < 1 || h < 1 || w > width || h > height) continue;
    const top = stream.integer(height - h + 1);
    return { kind: 'window', top, left: stream.integer(width - w + 1), height: h, width: w, mirrored };
  }
  const aspect = Math.min(Math.max(width / height, ratio[0]), ratio[1]);
  const h = Math.max(1, Math.min(height, Math.round(width / aspect)));
  const w = Math.max(1, Math.min(width, Math.round(height * aspect)));
  const [top, left] = [Math.floor((height - h) / 2), Math.floor((width - w) / 2)];
  return { kind: 'window', top, left, height: h, width: w, mirrored };
}

/**
 * Writes the window of picture number `place` into `target` from `offset`, bilinear between pixel centres, rounded to bytes.
 * Pixels outside the window are not looked at: its border repeats.
 */
export function drawWindow(
  { images, height, width, channels }: PictureSet,
  place: number,
  window: Window,
  target: Uint8Array,
  offset: number,
): void {
  const rows = samples(height, window.height, window.top, false);
  const columns = samples(width, window.width, window.left, window.mirrored);
  const source = place * height * width * channels;
  let to = offset;
  for (let y = 0; y < height; y++) {
    const upper = source + rows.near[y]! * width * channels;
    const lower = source + rows.far[y]! * width * channels;
    const down = rows.share[y]!;
    for (let x = 0; x < width; x++) {
      const left = columns.near[x]! * channels;
      const right = columns.far[x]! * channels;
      const across = columns.share[x]!;
      for (let c = 0; c < channels; c++) {
        const above = mix(images[upper + left + c]!, images[upper + right + c]!, across);
        const below = mix(images[lower + left + c]!, images[lower + right + c]!, across);
        target[to++] = Math.floor(mix(above, below, down) + 0.5);
      }
    }
  }
}

const mix = (a: number, b: number, share: number): number => a + (b - a) * share;

interface Samples {
  /** For each new pixel along an axis: the two old ones it lies between, and how far it is on the way to the second. */
  readonly near: Int32Array;
  readonly far: Int32Array;
  readonly share: Float64Array;
}

function samples(size: number, length: number, start: number, mirrored: boolean): Samples {
  const near = new Int32Array(size);
  const far = new Int32Array(size);
  const share = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    const at = ((i + 0.5) * length) / size - 0.5;
    const clamped = Math.min(Math.max(at, 0), length - 1);
    const place = mirrored ? size - 1 - i : i;
    near[place] = start + Math.floor(clamped);
    far[place] = start + Math.min(Math.floor(clamped) + 1, length - 1);
    share[place] = clamped - Math.floor(clamped);
  }
  return { near, far, share };
}
