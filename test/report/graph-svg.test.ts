import { Resvg } from '@resvg/resvg-js';
import { describe, expect, it } from 'vitest';
import type { DrawnGraph } from '../../src/report/graph-fold.ts';
import { graphSvg } from '../../src/report/graph-svg.ts';
import { cases, fc } from '../properties.ts';

const graph: DrawnGraph = {
  nodes: [
    { name: 'data/fashion', group: 'data/fashion', state: 'fresh' },
    { name: 'train/pgd-{epsilon}/seed-{seed}', group: 't', count: 6, states: { stale: 2, fresh: 4 } },
    { name: 'a<b>&"c"', group: 'x', state: 'failed' },
  ],
  edges: [
    ['data/fashion', 'train/pgd-{epsilon}/seed-{seed}'],
    ['train/pgd-{epsilon}/seed-{seed}', 'a<b>&"c"'],
  ],
};

/** A well-formed document of those few elements, or the parser of resvg throws. */
const parse = (svg: string): Resvg => new Resvg(svg);

describe('graphSvg', () => {
  const svg = graphSvg(graph, 'study & more');

  it('draws a box for each node, two for a folded grid, and a line for each edge', () => {
    expect(svg.match(/<rect /g)).toHaveLength(4);
    expect(svg.match(/marker-end/g)).toHaveLength(2);
    for (const text of ['fashion', 'pgd-{epsilon}/seed-{seed}', 'x6 · 2 stale, 4 fresh'])
      expect(svg).toContain(`>${text}</text>`);
  });

  it('is a picture of its own: a size, a title, nothing from elsewhere', () => {
    const { width, height } = parse(svg);
    expect([width > 200, height > 50]).toEqual([true, true]);
    expect(svg).toContain('<title>study &#38; more</title>');
    expect(svg.replace('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|<script|@import|href/);
  });

  it('colours by the state that matters most', () => {
    expect(svg.match(/#d93025/g)).toHaveLength(1);
    expect(svg.match(/#f9ab00/g)).toHaveLength(2);
    expect(svg.match(/#34a853/g)).toHaveLength(1);
  });

  it('keeps all within its borders', () => {
    for (const [, x, y, width, height] of svg.matchAll(
      /<rect x="([\d.]+)" y="([\d.]+)" width="(\d+)" height="(\d+)"/g,
    )) {
      expect(Number(x) + Number(width)).toBeLessThanOrEqual(parse(svg).width);
      expect(Number(y) + Number(height)).toBeLessThanOrEqual(parse(svg).height);
    }
  });

  it('is well formed for an empty graph and whatever the names are', () => {
    expect(() => parse(graphSvg({ nodes: [], edges: [] }, ''))).toThrow(/size/);
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 30 }), (name) => {
        parse(graphSvg({ nodes: [{ name, group: name, state: 'stale' }], edges: [] }, name));
      }),
      cases(50),
    );
  });
});
