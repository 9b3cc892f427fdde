import { describe, expect, it } from 'vitest';
import { share, timeLeft, type Pace } from '../../src/core/time-left.ts';

const eta: Pace = { startedAt: 1000, etaMs: 40_000, total: null, unit: 'epoch' };
const paced: Pace = { ...eta, total: 40, first: { at: 2000, done: 10 }, latest: { at: 12_000, done: 20 } };

describe('timeLeft', () => {
  it('goes by the pace since the first report, so a resumed step is not overrated', () => {
    expect(timeLeft(paced, 12_000)).toBe(20_000);
    expect(timeLeft(paced, 15_000)).toBe(17_000);
    expect(timeLeft(paced, 99_000)).toBe(0);
  });

  it('goes by the last duration before there is a pace, and is silent once that has passed', () => {
    expect(timeLeft(eta, 11_000)).toBe(30_000);
    expect(timeLeft(eta, 41_000)).toBeUndefined();
    expect(timeLeft({ ...paced, latest: paced.first! }, 11_000)).toBe(30_000);
    expect(timeLeft({ ...eta, etaMs: null }, 11_000)).toBeUndefined();
  });
});

describe('share', () => {
  it('is done of total, else the time passed of the last duration', () => {
    expect(share(paced, 0)).toBe(0.5);
    expect(share(eta, 11_000)).toBe(0.25);
    expect(share(eta, 99_000)).toBeUndefined();
    expect(share({ ...paced, total: null }, 0)).toBeUndefined();
    expect(share({ ...paced, latest: { at: 0, done: 80 } }, 0)).toBe(1);
  });
});
