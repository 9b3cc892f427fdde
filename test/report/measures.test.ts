import { describe, expect, it } from 'vitest';
import { bytes, duration, enumerate, integer, metric, plural } from '../../src/report/measures.ts';
import { fc } from '../properties.ts';

describe('duration', () => {
  it.each([
    [-5, '0 ms'],
    [NaN, '0 ms'],
    [0.4, '0 ms'],
    [850, '850 ms'],
    [999.6, '1.0 s'],
    [4100, '4.1 s'],
    [9950, '10 s'],
    [41_211, '41 s'],
    [59_600, '1 min 00 s'],
    [185_000, '3 min 05 s'],
    [3_599_600, '1 h 00 min'],
    [7_620_000, '2 h 07 min'],
    [86_399_000, '1 d 00 h'],
    [273_600_000, '3 d 04 h'],
  ])('%f ms reads %s', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });

  it('never shows 60 seconds, 60 minutes or 24 hours', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 ** 9 }), (ms) => {
        expect(duration(ms)).not.toMatch(/\b60(\.0)? (s|min)|\b24 h/);
      }),
    );
  });
});

describe('bytes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [9_960, '10 kB'],
    [999_600, '1.0 MB'],
    [1_234_567, '1.2 MB'],
    [20e9, '20 GB'],
    [5e18, '5000 PB'],
  ])('%d reads %s', (size, text) => {
    expect(bytes(size)).toBe(text);
  });
});

describe('counts', () => {
  it('separates thousands and bends nouns', () => {
    expect([integer(7), integer(1001), integer(-1234567)]).toEqual(['7', '1,001', '-1,234,567']);
    expect([plural(1, 'step'), plural(0, 'step'), plural(1001, 'step')]).toEqual([
      '1 step',
      '0 steps',
      '1,001 steps',
    ]);
    expect(plural(2, 'entry', 'entries')).toBe('2 entries');
  });

  it('shortens metrics to what matters', () => {
    expect([0.123456, 12345.6, 3, 1.2, 1e-9, NaN].map(metric)).toEqual([
      '0.1235',
      '12350',
      '3',
      '1.2',
      '1e-9',
      'NaN',
    ]);
  });

  it('lists a few names and counts the rest', () => {
    expect(enumerate([], 2)).toBe('');
    expect(enumerate(['a'], 2)).toBe('a');
    expect(enumerate(['a', 'b'], 2)).toBe('a and b');
    expect(enumerate(['a', 'b', 'c'], 3)).toBe('a, b and c');
    expect(enumerate(['a', 'b', 'c'], 2)).toBe('a, b and 1 more');
  });
});
