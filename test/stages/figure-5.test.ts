import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import figure5 from '../../stages/figure-5.ts';
import type { Run } from '../../stages/results/run.ts';
import type { LayerRow } from '../../stages/spectrum/layers-table.ts';
import * as made from './figure-data.ts';
import { runStage, temporaryFolder, type Made } from './figure-rig.ts';

const strengths = [4, 8, 16];

interface Study {
  readonly seeds: number;
  readonly layers: number;
  /** Edits a layer's row before it is written. */
  readonly change?: (row: LayerRow, run: Run) => LayerRow;
}

async function draw({ seeds, layers, change }: Study): Promise<Made> {
  const folder = temporaryFolder();
  const cells = made.cellsOf(made.fashion, { seeds });
  const needs = {
    histograms: made.histogramsFile(folder, cells),
    spectra: made.filesOf(folder, 'spectra.csv', cells, made.spectraText(layers, change)),
    ...made.fontFiles,
  };
  return runStage(figure5, needs, { caption: made.quick(['CIFAR-100']) });
}

describe('figure 5', () => {
  it('writes what it plots, and counts the layers whose STD fell', async () => {
    const { path, text } = await draw({ seeds: 3, layers: 7 });
    const svg = text('fig5.svg');
    expect(svg).toContain('16/255 below 4/255 in 7 of 7 layers');
    // The mean of one picture in three seeds is a third: such a bin is not empty.
    expect(svg).toContain('per bin, log scale; below 0.5 on the lower border');
    for (const strength of strengths) expect(svg).toContain(`>${strength}/255</text>`);

    const lines = text('fig5.csv').trim().split('\n');
    expect(lines[0]).toBe('panel,data,net,sp,series,strength,x,xEnd,label,mean,least,greatest,seeds');
    const panels = lines.slice(1).map((line) => line[0]);
    const count = (panel: string) => panels.filter((p) => p === panel).length;
    expect([count('a'), count('b'), count('c'), count('d')]).toEqual([150, 150, 21, 0]);
    const [mean, least, greatest, seeds] = lines.at(-1)!.split(',').slice(-4).map(Number);
    expect(seeds).toBe(3);
    expect(least).toBeLessThan(mean!);
    expect(mean).toBeLessThan(greatest!);

    const png = readFileSync(path('fig5.png'));
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect(png.readUInt32BE(16)).toBeGreaterThan(2000);
  });

  it('counts the layers seed by seed: their means fall in more of them', async () => {
    // One layer rises a little with the first seed, and falls much with the others.
    const std = ({ layer }: LayerRow, { epsilon, seed }: Run) => {
      const falls = layer > 1 || seed > 0;
      return epsilon === 4 ? 1 : falls ? 0.5 : 1.1;
    };
    const drawn = await draw({ seeds: 3, layers: 7, change: (row, run) => ({ ...row, std: std(row, run) }) });
    expect(drawn.text('fig5.svg')).toContain('16/255 below 4/255 in 6–7 of 7 layers a seed');
  });

  it('refuses values that are not numbers, naming file, line and column', async () => {
    const change = (row: LayerRow) => (row.layer === 3 ? { ...row, std: NaN } : row);
    await expect(draw({ seeds: 1, layers: 7, change })).rejects.toThrow(/spectra\.csv:4: column 'std'/);
  });

  it('refuses tables of different nets', async () => {
    let rows = 0;
    const change = (row: LayerRow) => ({ ...row, name: rows++ === 0 ? 'other.weight' : row.name });
    await expect(draw({ seeds: 2, layers: 3, change })).rejects.toThrow('are they of one net?');
  });
});
