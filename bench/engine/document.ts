/** The results as a page: tables between two marks in performance.md, plots beside it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vega from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import type { GridResult } from './report.ts';

const begin = '<!-- measured: begin -->';
const end = '<!-- measured: end -->';

/** `folder` holds performance.md with both marks. */
export async function writeDocument(
  folder: string,
  text: string,
  grids: readonly GridResult[],
): Promise<void> {
  const path = join(folder, 'performance.md');
  const page = readFileSync(path, 'utf8');
  const [head, rest] = page.split(begin);
  const tail = rest?.split(end)[1];
  if (head === undefined || tail === undefined) throw new Error(`${path} lacks ${begin} or ${end}`);
  writeFileSync(path, `${head}${begin}\n\n${text}\n\n${end}${tail}`);
  if (grids.length < 2) return;
  writeFileSync(
    join(folder, 'performance-no-op.svg'),
    await plot(grids, (name) => !/cold|changed|first/.test(name)),
  );
  writeFileSync(join(folder, 'performance-cold.svg'), await plot(grids, (name) => name.includes('cold')));
}

/** Seconds by steps, both in powers of ten: a line that rises no faster than the diagonal grows no faster than the graph. */
async function plot(grids: readonly GridResult[], shown: (name: string) => boolean): Promise<string> {
  const values = grids.flatMap(({ steps, costs }) =>
    [...costs]
      .filter(([name]) => shown(name))
      .map(([what, { wall }]) => ({ what, steps, seconds: Math.max(wall, 0.005) })),
  );
  const spec: TopLevelSpec = {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    width: 420,
    height: 300,
    background: 'white',
    data: { values },
    mark: { type: 'line', point: true },
    encoding: {
      x: {
        field: 'steps',
        type: 'quantitative',
        scale: { type: 'log', nice: false },
        axis: { format: '~s' },
      },
      y: { field: 'seconds', type: 'quantitative', scale: { type: 'log' }, axis: { format: '~g' } },
      color: { field: 'what', type: 'nominal', sort: null, title: null, legend: { labelLimit: 300 } },
    },
  };
  const view = new vega.View(vega.parse(compile(spec).spec), { renderer: 'none' });
  return `${await view.toSVG()}\n`;
}
