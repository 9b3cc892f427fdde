import { writeFileSync } from 'node:fs';
import { writeCsv } from '../lib/csv.ts';
import type { Fonts } from './fonts.ts';
import type { Panel } from './panels.ts';
import { pointColumns, type PlotPoint } from './points.ts';
import { renderPng, renderSvg } from './render.ts';

/** The four files of a figure: picture as SVG and PNG, specification, plotted data. */
export interface FigurePaths {
  readonly svg: string;
  readonly png: string;
  readonly spec: string;
  readonly csv: string;
}

/** Three PNG pixels for each of the SVG: about 290 dots an inch at its natural size. */
const zoom = 3;

export async function writeFigure(
  paths: FigurePaths,
  spec: Panel,
  points: readonly PlotPoint[],
  fonts: Fonts,
): Promise<void> {
  const svg = await renderSvg(spec, fonts);
  writeFileSync(paths.svg, svg);
  writeFileSync(paths.png, renderPng(svg, fonts, zoom));
  writeFileSync(paths.spec, `${JSON.stringify(spec, null, 1)}\n`);
  writeCsv(paths.csv, pointColumns, points);
}
