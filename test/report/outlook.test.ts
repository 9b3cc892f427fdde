import { expect, it } from 'vitest';
import { outlookText } from '../../src/report/outlook.ts';

const said = (leftMs: number, unknown = 0, now = 1000): string =>
  outlookText({ at: 1000, leftMs, unknown }, now);

it('counts down from when it was said, and falls silent before the end', () => {
  expect(said(41_000)).toBe('about 41 s left');
  expect(said(41_000, 0, 11_000)).toBe('about 31 s left');
  expect(said(41_000, 0, 41_500)).toBe('');
  expect(outlookText(null, 0)).toBe('');
});

it('gives one unit, in steps as coarse as the guess', () => {
  expect([100e3, 3e6, 5.5e6, 7.9e6, 86.4e6].map((ms) => said(ms))).toEqual([
    'about 2 min left',
    'about 50 min left',
    'about 1 h 30 min left',
    'about 2 h 10 min left',
    'about 1.0 d left',
  ]);
});

it('says that it takes longer where some steps are unknown', () => {
  expect(said(41_000, 3)).toBe('over 41 s left');
});
