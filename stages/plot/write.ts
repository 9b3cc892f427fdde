/** The files of a figure: picture as SVG and PNG, plotted data, specification. */
import { writeFileSync } from 'node:fs';
import { csvText } from '../lib/csv.ts';
import type { Fonts } from './fonts.ts';
import type { Panel } from './frame.ts';
import { pointColumns, type PlotPoint } from './points.ts';
import { renderPng, renderSvg } from './render.ts';

/** Names of the files, as stages declare them. */
export const figureFiles = <Id extends string>(id: Id) =>
  [`${id}.svg`, `${id}.png`, `${id}.csv`, `${id}.vl.json`] as const;

export interface Figure {
  readonly spec: Panel;
  /** Text of the CSV file. */
  readonly data: string;
}

/** A figure whose data are points. */
export const pointFigure = (spec: Panel, points: readonly PlotPoint[]): Figure => ({
  spec,
  data: csvText(pointColumns, points),
});

/** Three PNG pixels for each of the SVG: about 290 dots an inch at its natural size. */
const zoom = 3;

export async function writeFigure<Id extends string>(
  id: Id,
  out: (name: NoInfer<`${Id}.${'svg' | 'png' | 'csv' | 'vl.json'}`>) => string,
  { spec, data }: Figure,
  fonts: Fonts,
): Promise<void> {
  const svg = await renderSvg(spec, fonts);
  writeFileSync(out(`${id}.svg`), svg);
  writeFileSync(out(`${id}.png`), renderPng(svg, fonts, zoom));
  writeFileSync(out(`${id}.vl.json`), `${JSON.stringify(spec, null, 1)}\n`);
  writeFileSync(out(`${id}.csv`), data);
}
