import { describe, expect, it } from 'vitest';
import { decodeJpeg } from '../../../stages/data/jpeg.ts';
import { colour, decoded, grey, tall } from './jpegs.ts';

describe('a JPEG picture', () => {
  it.each([
    ['of three channels', colour, decoded.colour],
    ['of one channel, made three,', grey, decoded.grey],
  ])('%s has the pixels that Pillow gives', (_, bytes, { first, at5x6, sum }) => {
    const { height, width, pixels } = decodeJpeg(bytes, 'x');
    expect([height, width, pixels.length]).toEqual([8, 8, 192]);
    expect([...pixels.subarray(0, 12)]).toEqual([...first]);
    expect([...pixels.subarray(46 * 3, 47 * 3)]).toEqual([...at5x6]);
    expect(pixels.reduce((total, value) => total + value, 0)).toBe(sum);
  });

  it('may have any size', () => {
    expect(decodeJpeg(tall, 'x')).toMatchObject({ height: 16, width: 8 });
  });

  it('is refused where it is cut, or is none', () => {
    expect(() => decodeJpeg(colour.subarray(0, -30), 'x')).toThrow(
      'x is a truncated or damaged JPEG picture; get it again',
    );
    expect(() => decodeJpeg(colour.subarray(0, 3), 'x')).toThrow('x is a truncated or damaged JPEG');
    expect(() => decodeJpeg(Buffer.from('hello'), 'x')).toThrow('x is not a JPEG picture');
    expect(() => decodeJpeg(new Uint8Array(0), 'x')).toThrow('x is not a JPEG picture');
    // A refused picture leaves the decoder able to go on.
    expect(decodeJpeg(grey, 'x').height).toBe(8);
  });
});
