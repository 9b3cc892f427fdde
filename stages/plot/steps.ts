/** Histograms as stepped lines: the mean over seeds, with a band from the least seed to the greatest. */
import { framed, type Panel, type PanelFrame } from './frame.ts';
import type { Scales } from './looks.ts';
import type { PlotPoint } from './points.ts';
import { strengthLabel } from './strengths.ts';

/** Where the log axis of counts begins: bins without examples are drawn there. */
const floor = 0.5;

/** Numbers of examples a bin, on a log axis. */
export function countsPanel(frame: PanelFrame, points: readonly PlotPoint[], scales: Scales): Panel {
  const rows = corners(points, (value) => Math.max(value, floor));
  const top = 1.6 * Math.max(...rows.map(({ greatest }) => greatest));
  const y = {
    type: 'quantitative',
    title: frame.yTitle,
    scale: { type: 'log', domain: [floor, top], nice: false },
    axis: { format: ',d', values: powersOfTen(top) },
  };
  return { ...framed(frame), data: { values: rows }, layer: layers(frame, rows, y, scales) };
}

/** Densities, each histogram enclosing an area of 1, with a line at x = 0. */
export function densityPanel(frame: PanelFrame, points: readonly PlotPoint[], scales: Scales): Panel {
  const rows = corners(points, (value) => value);
  const y = {
    type: 'quantitative',
    title: frame.yTitle,
    scale: { zero: true, nice: 5 },
    axis: { tickCount: 5 },
  };
  const zero = {
    data: { values: [{ x: 0 }] },
    mark: { type: 'rule', color: '#888888', strokeWidth: 1 },
    encoding: { x: { field: 'x', type: 'quantitative' } },
  };
  return { ...framed(frame), data: { values: rows }, layer: [zero, ...layers(frame, rows, y, scales)] };
}

interface Corner {
  readonly strength: string;
  readonly x: number;
  readonly mean: number;
  readonly least: number;
  readonly greatest: number;
}

/** A bin's height from edge to edge: two corners, so that neighbouring bins form a step. */
function corners(points: readonly PlotPoint[], heightOf: (value: number) => number): Corner[] {
  return points.flatMap(({ strength, x, xEnd, mean, least, greatest }) => {
    const heights = { mean: heightOf(mean), least: heightOf(least), greatest: heightOf(greatest) };
    const row = { strength: strengthLabel(strength), ...heights };
    return [
      { ...row, x },
      { ...row, x: xEnd },
    ];
  });
}

function layers({ xTitle }: PanelFrame, rows: readonly Corner[], y: Panel, scales: Scales): Panel[] {
  const edges = rows.map((row) => row.x);
  const x = {
    field: 'x',
    type: 'quantitative',
    title: xTitle,
    axis: { tickCount: 6 },
    scale: { nice: false, domain: [Math.min(...edges), Math.max(...edges)] },
  };
  const { color, strokeDash } = scales;
  return [
    {
      mark: { type: 'area', opacity: 0.22, interpolate: 'linear' },
      encoding: { x, y: { field: 'least', ...y }, y2: { field: 'greatest' }, color },
    },
    {
      mark: { type: 'line', strokeWidth: 1.6, strokeJoin: 'miter', interpolate: 'linear' },
      encoding: { x, y: { field: 'mean', ...y }, color, strokeDash },
    },
  ];
}

/** 1, 10, 100, … up to `top`. */
function powersOfTen(top: number): number[] {
  return Array.from({ length: Math.floor(Math.log10(top)) + 1 }, (_, i) => 10 ** i);
}
