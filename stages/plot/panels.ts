/** Panels of figures as Vega-Lite specifications. Each carries its own data, so a specification file is complete. */
import { strengthLabel, type StrengthScales } from './strengths.ts';
import type { PlotPoint } from './points.ts';

/** A Vega-Lite view; Vega-Lite itself checks it. */
export type Panel = Readonly<Record<string, unknown>>;

export interface PanelFrame {
  readonly letter: string;
  readonly title: string;
  /** A second, smaller line. */
  readonly subtitle?: string;
  readonly xTitle: string;
  readonly yTitle: string;
}

export const panelSize = { width: 330, height: 205 } as const;

const legendTitle = 'AR strength (maximal perturbation in training)';

/** Where the log axis of counts begins: bins without examples are drawn there. */
const floor = 0.5;

/** Histograms as stepped lines on a log axis of counts: the mean over seeds, with a band from the least seed to the greatest. */
export function histogramPanel(
  frame: PanelFrame,
  points: readonly PlotPoint[],
  scales: StrengthScales,
): Panel {
  const lift = (value: number): number => Math.max(value, floor);
  const rows = points.flatMap(({ strength, x, xEnd, mean, least, greatest }) => {
    const heights = { mean: lift(mean), least: lift(least), greatest: lift(greatest) };
    const row = { strength: strengthLabel(strength), ...heights };
    // A bin's height from edge to edge: two corners, so that neighbouring bins form a step.
    return [
      { ...row, x },
      { ...row, x: xEnd },
    ];
  });
  const top = 1.6 * Math.max(...rows.map(({ greatest }) => greatest));
  const y = {
    type: 'quantitative',
    title: frame.yTitle,
    scale: { type: 'log', domain: [floor, top], nice: false },
    axis: { format: ',d', values: powersOfTen(top) },
  };
  const x = {
    field: 'x',
    type: 'quantitative',
    title: frame.xTitle,
    axis: { tickCount: 6 },
    scale: { nice: false, domain: [Math.min(...rows.map((r) => r.x)), Math.max(...rows.map((r) => r.x))] },
  };
  return {
    ...framed(frame),
    data: { values: rows },
    layer: [
      {
        mark: { type: 'area', opacity: 0.22, interpolate: 'linear' },
        encoding: {
          x,
          y: { field: 'least', ...y },
          y2: { field: 'greatest' },
          color: byStrength(scales.color),
        },
      },
      {
        mark: { type: 'line', strokeWidth: 1.6, strokeJoin: 'miter', interpolate: 'linear' },
        encoding: {
          x,
          y: { field: 'mean', ...y },
          color: byStrength(scales.color),
          strokeDash: byStrength(scales.strokeDash),
        },
      },
    ],
  };
}

/** A mark per position and strength, joined by thin lines; bars reach from the least seed to the greatest. */
export function positionsPanel(
  frame: PanelFrame,
  points: readonly PlotPoint[],
  scales: StrengthScales,
): Panel {
  const strengths = scales.color.domain;
  const last = Math.max(...points.map(({ x }) => x));
  // Few positions leave room to set the strengths side by side, so that their bars do not cover each other.
  const step = last <= 15 ? 0.14 : 0;
  const rows = points.map(({ strength, x, label, mean, least, greatest }) => {
    const name = strengthLabel(strength);
    const aside = step * (strengths.indexOf(name) - (strengths.length - 1) / 2);
    const shape = scales.shape[strengths.indexOf(name)]!;
    return { strength: name, shape, x: x + aside, label, mean, least, greatest };
  });
  const x = {
    field: 'x',
    type: 'quantitative',
    title: frame.xTitle,
    axis: { tickMinStep: 1, grid: false, tickCount: Math.min(last, 12), format: 'd' },
    scale: { domain: [0.5, last + 0.5], nice: false },
  };
  const y = { type: 'quantitative', title: frame.yTitle, scale: { zero: true } };
  const detail = byStrength(scales.strokeDash);
  return {
    ...framed(frame),
    data: { values: rows },
    layer: [
      {
        mark: { type: 'line', strokeWidth: 1, opacity: 0.7 },
        encoding: { x, y: { field: 'mean', ...y }, color: byStrength(scales.color), strokeDash: detail },
      },
      {
        mark: { type: 'rule', strokeWidth: 1.2 },
        encoding: {
          x,
          y: { field: 'least', ...y },
          y2: { field: 'greatest' },
          color: byStrength(scales.color),
        },
      },
      {
        mark: { type: 'point', filled: true, size: last <= 15 ? 46 : 22, opacity: 1 },
        encoding: {
          x,
          y: { field: 'mean', ...y },
          color: byStrength(scales.color),
          // The legend shows lines: dashes name a strength on all panels, shapes on this one only.
          shape: { field: 'shape', type: 'nominal', scale: null },
        },
      },
    ],
  };
}

/** An empty frame that says why there is nothing in it. */
export function absentPanel(
  { letter, title }: Pick<PanelFrame, 'letter' | 'title'>,
  lines: readonly string[],
): Panel {
  return {
    ...framed({ letter, title }),
    view: { stroke: '#bbbbbb', strokeDash: [4, 4], fill: '#fafafa' },
    data: { values: [{}] },
    mark: { type: 'text', fontSize: 12, color: '#555555', lineHeight: 18, baseline: 'middle' },
    encoding: {
      text: { value: [...lines] },
      x: { value: panelSize.width / 2 },
      y: { value: panelSize.height / 2 - 9 * (lines.length - 1) },
    },
  };
}

function framed({ letter, title, subtitle }: Pick<PanelFrame, 'letter' | 'title' | 'subtitle'>): Panel {
  return {
    ...panelSize,
    title: { text: `(${letter}) ${title}`, ...(subtitle === undefined ? {} : { subtitle }) },
  };
}

/** 1, 10, 100, … up to `top`. */
function powersOfTen(top: number): number[] {
  return Array.from({ length: Math.floor(Math.log10(top)) + 1 }, (_, i) => 10 ** i);
}

function byStrength(scale: { domain: readonly string[]; range: readonly unknown[] }) {
  return { field: 'strength', type: 'nominal', title: legendTitle, scale };
}
