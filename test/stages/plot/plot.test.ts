import { describe, expect, it } from 'vitest';
import { figureSpec } from '../../../stages/plot/figure.ts';
import { groupBy, overSeeds } from '../../../stages/plot/over-seeds.ts';
import { seedsText, strengthsOf, type PlotPoint } from '../../../stages/plot/points.ts';
import { renderSvg } from '../../../stages/plot/render.ts';
import { countsPanel } from '../../../stages/plot/steps.ts';
import { strengthScales } from '../../../stages/plot/strengths.ts';
import { fonts, point } from './rig.ts';

describe('what is drawn of several seeds', () => {
  it('is the mean and the range', () => {
    expect(overSeeds([1, 2, 6])).toEqual({ mean: 3, least: 1, greatest: 6, seeds: 3 });
  });

  it('is refused where a value is not a number, or there is none', () => {
    expect(() => overSeeds([1, NaN])).toThrow('NaN');
    expect(() => overSeeds([])).toThrow('no seeds');
  });

  it('is said in words', () => {
    expect(seedsText([point({ seeds: 1 })])).toBe('1 seed');
    expect(seedsText([point({ seeds: 2 }), point({ seeds: 3 })])).toBe('2 to 3 seeds');
  });

  it('is grouped in order of appearance', () => {
    expect(groupBy([3, 1, 13, 11], (n) => String(n % 10))).toEqual([
      [3, 13],
      [1, 11],
    ]);
  });
});

describe('strengths of adversarial training', () => {
  it('rise, each once', () => {
    expect(strengthsOf([16, 4, 8, 4].map((strength) => point({ strength })))).toEqual([4, 8, 16]);
  });

  it('look the same whatever others are drawn', () => {
    const [alone, among] = [strengthScales([8]), strengthScales([2, 4, 8, 12, 16])];
    expect(alone.looks.get('8/255')).toEqual(among.looks.get('8/255'));
    const looks = [...among.looks.values()];
    for (const part of ['colour', 'dash', 'shape'] as const)
      expect(new Set(looks.map((look) => String(look[part]))).size).toBe(5);
    expect(among.color.scale.domain).toEqual(['2/255', '4/255', '8/255', '12/255', '16/255']);
  });
});

describe('rendering', () => {
  const scales = strengthScales([4]);
  const frame = { letter: 'a', title: 'A panel', xTitle: 'x', yTitle: 'y' };
  const panel = (points: readonly PlotPoint[]) =>
    figureSpec({ title: 'A figure', subtitle: [] }, [countsPanel(frame, points, scales)]);

  it('measures text by the widths of the font', () => {
    // 'i' and 'W' of DejaVu Sans: 569 and 2025 of 2048 units.
    expect(fonts.width('iW', 2048, false)).toBe(569 + 2025);
    expect(fonts.width('iW', 10, true)).toBeGreaterThan(fonts.width('iW', 10, false));
  });

  it('leaves built-in classes as they were: a worker is used again only then', async () => {
    await renderSvg(panel([point({ mean: 4, greatest: 5 })]), fonts);
    expect('toJSON' in Set.prototype).toBe(false);
  });

  it('draws a step for each bin, and a bin of no examples at the lower border', async () => {
    const spec = panel([
      point({ mean: 4, greatest: 5 }),
      point({ x: 1, xEnd: 2, mean: 0, least: 0, greatest: 0 }),
    ]);
    const values = (spec['concat'] as [{ data: { values: { x: number; mean: number }[] } }])[0].data.values;
    expect(values.map(({ x, mean }) => [x, mean])).toEqual([
      [0, 4],
      [1, 4],
      [1, 0.5],
      [2, 0.5],
    ]);
    const svg = await renderSvg(spec, fonts);
    expect(svg).toContain('A panel');
    expect(svg).not.toContain('NaN');
  });

  it('gives the same text in a process that has drawn before', async () => {
    // A clipped mark brings an identifier into the SVG.
    const mark = { type: 'point', clip: true };
    const encoding = { x: { field: 'a', type: 'quantitative' } };
    const spec = { data: { values: [{ a: 1 }] }, mark, encoding };
    const first = await renderSvg(spec, fonts);
    expect(await renderSvg(spec, fonts)).toBe(first);
  });

  it('refuses a specification Vega-Lite warns of', async () => {
    const faulty = {
      data: { values: [{ a: 1 }] },
      mark: 'point',
      encoding: { nonsense: { field: 'a', type: 'quantitative' } },
    };
    await expect(renderSvg(faulty, fonts)).rejects.toThrow("the figure's specification is faulty");
  });
});
