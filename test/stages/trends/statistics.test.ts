import { describe, expect, it } from 'vitest';
import { estimateOf, tQuantile } from '../../../stages/trends/estimate.ts';
import { epochOfNearestLoss } from '../../../stages/trends/claims/equal-fit.ts';
import {
  mean,
  median,
  rankCorrelation,
  ratio,
  skewness,
  std,
  type PictureStatistic,
} from '../../../stages/trends/picture-statistics.ts';
import { slopeWeights } from '../../../stages/trends/proposition.ts';
import { Sampler } from '../../../stages/trends/sampler.ts';
import { allOf, anyOf, judge, type Finding } from '../../../stages/trends/verdict.ts';
import { fc } from '../../properties.ts';

const once = (values: readonly number[]) => new Uint8Array(values.length).fill(1);

describe('statistics of pictures', () => {
  const a = [2, -1, 3.5, 0.25, 9, 3.5, -4];
  const b = [1, 1, 2, -3, 8, 5, 0];

  it('have the values of scipy', () => {
    // scipy.stats.skew, numpy.std, scipy.stats.spearmanr (with ties), numpy.median.
    expect(std(a)(once(a))).toBeCloseTo(3.8075515728078897, 12);
    expect(skewness(a)(once(a))).toBeCloseTo(0.34684010794052345, 12);
    expect(rankCorrelation(a, b)(once(a))).toBeCloseTo(0.8545454545454546, 12);
    expect(median(a, once(a))(once(a))).toBe(2);
    expect(median(a, [1, 1, 1, 1, 1, 1, 0])(once(a))).toBe(2.75);
    expect(mean(a)(once(a))).toBeCloseTo(13.25 / 7, 12);
  });

  const statistics: [string, (x: readonly number[], y: readonly number[]) => PictureStatistic][] = [
    ['mean', (x) => mean(x)],
    ['std', (x) => std(x)],
    ['skewness', (x) => skewness(x)],
    ['median', (x) => median(x, once(x))],
    [
      'ratio',
      (x, y) =>
        ratio(
          x,
          y.map((v) => v + 10),
        ),
    ],
    ['rank correlation', (x, y) => rankCorrelation(x, y)],
  ];
  it.each(statistics)('%s of counted pictures is that of the pictures repeated', (_, statistic) => {
    const picture = fc.tuple(fc.integer({ min: -5, max: 5 }), fc.integer({ min: -5, max: 5 }), fc.nat(3));
    fc.assert(
      fc.property(fc.array(picture, { minLength: 1, maxLength: 12 }), (pictures) => {
        fc.pre(pictures.some(([, , count]) => count > 0));
        const counted = statistic(
          pictures.map(([x]) => x),
          pictures.map(([, y]) => y),
        )(Uint8Array.from(pictures, ([, , n]) => n));
        const repeated = pictures.flatMap(([x, y, count]) =>
          Array.from({ length: count }, () => [x, y] as const),
        );
        const plain = statistic(
          repeated.map(([x]) => x),
          repeated.map(([, y]) => y),
        )(new Uint8Array(repeated.length).fill(1));
        if (Number.isFinite(plain)) expect(counted).toBeCloseTo(plain, 9);
        else expect(Number.isFinite(counted)).toBe(false);
      }),
    );
  });
});

describe('the bootstrap', () => {
  const values = Array.from({ length: 500 }, (_, i) => Math.sin(i * i) * 3 + (i % 7));

  it('gives the standard error of a mean', () => {
    const draws = new Sampler(3, 2000).draws('set', 500, mean(values));
    const { mean: found, sePictures } = estimateOf([{ seed: 0, draws }]);
    expect(found).toBe(mean(values)(once(values)));
    const exact = std(values)(once(values)) / Math.sqrt(500);
    expect(sePictures / exact).toBeGreaterThan(0.95);
    expect(sePictures / exact).toBeLessThan(1.05);
  });

  it('pairs quantities of one set: what they share cancels', () => {
    const sampler = new Sampler(3, 200);
    const [a, b] = [values, values.map((value) => value + 1)].map((one) =>
      sampler.draws('set', 500, mean(one)),
    );
    const { sePictures } = estimateOf([{ seed: 0, draws: b!.map((value, i) => value - a![i]!) }]);
    expect(sePictures).toBeLessThan(1e-12);
    const other = sampler.draws('other set', 500, mean(values));
    expect(other.slice(1)).not.toEqual(a!.slice(1));
  });

  it('is the same for the same seed alone', () => {
    const draws = (seed: number) => new Sampler(seed, 50).draws('set', 500, mean(values));
    expect(draws(1)).toEqual(draws(1));
    expect(draws(1)).not.toEqual(draws(2));
  });

  it('leaves out resamples without the pictures that are needed', () => {
    const rare = [1, 0, 0, 0];
    const draws = new Sampler(1, 300).draws('set', 4, ratio([2, 0, 0, 0], rare));
    expect(draws.some(Number.isNaN)).toBe(true);
    expect(estimateOf([{ seed: 0, draws }])).toMatchObject({ mean: 2, sePictures: 0 });
  });
});

describe('the interval', () => {
  it('has the quantiles of Student’s t', () => {
    for (const [n, t] of [
      [1, 12.706204736174694],
      [2, 4.302652729749462],
      [4, 2.7764451051977934],
      [9, 2.262157162798205],
      [29, 2.045229642132703],
    ] as const)
      expect(tQuantile(n)).toBeCloseTo(t, 7);
  });

  it('is Student’s over seeds where pictures play no part', () => {
    const sampler = new Sampler(1, 100);
    const seeds = [1, 2, 3].map((d) => ({ seed: d, draws: sampler.constant(d) }));
    const { mean: found, halfWidth, sePictures } = estimateOf(seeds);
    expect([found, sePictures]).toEqual([2, 0]);
    expect(halfWidth).toBeCloseTo(4.302652729749462 / Math.sqrt(3), 6);
    expect(estimateOf(seeds.slice(1)).halfWidth).toBeNull();
  });

  it('adds the pictures’ standard error as an independent one', () => {
    const draws = Float64Array.of(1, 0, 2, 0, 2);
    const { halfWidth, sePictures } = estimateOf([0, 1, 2].map((seed) => ({ seed, draws })));
    expect(sePictures).toBeCloseTo(Math.sqrt(4 / 3), 12);
    expect(halfWidth).toBeCloseTo(1.96 * Math.sqrt(4 / 3), 12);
  });
});

describe('a verdict', () => {
  const estimate = (low: number, high: number) => ({
    perSeed: [],
    sePictures: 0,
    mean: (low + high) / 2,
    halfWidth: (high - low) / 2,
  });
  it.each<[string, number, number, Finding['verdict']]>([
    ['above 0', 0.5, 2, 'holds'],
    ['above 0, small', 0.01, 0.05, 'holds'],
    ['below 0', -2, -0.5, 'does not hold'],
    ['within the smallest effect', -0.05, 0.09, 'does not hold'],
    ['exactly 0', 0, 0, 'does not hold'],
    ['across 0 and wide', -1, 2, 'not measurable'],
    ['across 0, beyond the smallest effect on one side', -0.05, 0.2, 'not measurable'],
  ])('of an interval %s', (_, low, high, verdict) => {
    expect(judge(estimate(low, high), 0.1).verdict).toBe(verdict);
  });

  it('is refuted by a significantly reversed step, not by a doubtful one', () => {
    const steps = (high: number) => [
      { from: 4, to: 8, estimate: estimate(1, 2) },
      { from: 8, to: 16, estimate: estimate(-1, high) },
    ];
    expect(judge(estimate(0.5, 2), 0.1, steps(-0.1))).toEqual({
      verdict: 'does not hold',
      reason: 'reversed between AR 8 and 16',
    });
    expect(judge(estimate(0.5, 2), 0.1, steps(0.1)).verdict).toBe('holds');
  });

  const part = (name: string, verdict: Finding['verdict'], reason = name) => ({ name, verdict, reason });
  const [holds, fails, unknown] = [
    part('a', 'holds'),
    part('b', 'does not hold', 'opposite'),
    part('c', 'not measurable', 'no data'),
  ];
  it('of a composite claim needs every part', () => {
    expect(allOf([holds, holds]).verdict).toBe('holds');
    expect(allOf([holds, unknown, fails])).toEqual({ verdict: 'does not hold', reason: 'b: opposite' });
    expect(allOf([holds, unknown])).toEqual({ verdict: 'not measurable', reason: 'c: no data' });
    expect(allOf([unknown, { ...unknown, name: 'd' }])).toEqual({
      verdict: 'not measurable',
      reason: 'no data',
    });
  });
  it('of a choice needs one', () => {
    expect(anyOf([fails, holds]).verdict).toBe('holds');
    expect(anyOf([fails, unknown]).verdict).toBe('not measurable');
    expect(anyOf([fails, fails])).toMatchObject({ verdict: 'does not hold', reason: 'no part holds' });
  });
});

it('a slope is the change over the range on a line', () => {
  const weights = slopeWeights([4, 8, 16]);
  const on = (f: (x: number) => number) => [4, 8, 16].reduce((sum, x, i) => sum + weights[i]! * f(x), 0);
  expect(on((x) => 2 * x + 5)).toBeCloseTo(24, 12);
  expect(on(() => 7)).toBeCloseTo(0, 12);
});

it('the epoch of nearest loss is the first of equals', () => {
  const history = [2, 1, 0.5, 0.5].map((cleanLoss) => ({ cleanLoss, cleanAccuracy: 0 }));
  expect([1.9, 0.7, 0, 9].map((loss) => epochOfNearestLoss(history, loss))).toEqual([1, 3, 3, 1]);
});
