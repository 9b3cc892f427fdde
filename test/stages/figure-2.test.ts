import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { csvParse } from 'd3-dsv';
import { describe, expect, it } from 'vitest';
import figure2 from '../../stages/figure-2.ts';
import { instanceMargins } from '../../stages/plot/instance-margin.ts';
import { cuts } from '../../stages/plot/linear-regions.ts';
import { fontFiles } from './figure-data.ts';
import { runStage } from './figure-rig.ts';

describe('figure 2', () => {
  it('draws what the text says: the robust boundary leaves the ball, the other enters it', () => {
    const { strength, ordinary, robust } = instanceMargins;
    expect(ordinary).toBeLessThan(strength);
    expect(robust).toBeGreaterThan(strength);
  });

  it('cuts the segment in order, from 0 to 1', () => {
    expect(cuts[0]).toBe(0);
    expect(cuts.at(-1)).toBe(1);
    cuts.slice(1).forEach((s, i) => {
      expect(s).toBeGreaterThan(cuts[i]! + 0.05);
    });
  });

  it('says that nothing is measured, writes the places drawn, and is the same bytes each time', async () => {
    const { text, path } = await runStage(figure2, fontFiles);
    expect(text('fig2.svg')).toContain('nothing in them is measured');
    const pieces = csvParse(text('fig2.csv')).filter((row) => row['name']!.startsWith('piece'));
    expect(pieces).toHaveLength(2 * (cuts.length - 1));
    const again = await runStage(figure2, fontFiles);
    for (const kind of ['svg', 'png', 'csv', 'vl.json'])
      expect(readFileSync(path(`fig2.${kind}`)).equals(readFileSync(again.path(`fig2.${kind}`)))).toBe(true);

    const folder = process.env['KEEP_FIGURES'];
    if (folder === undefined) return;
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'fig2.png'), readFileSync(path('fig2.png')));
  });
});
