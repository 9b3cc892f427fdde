/** Curves: marks joined by thin lines, with bars, as layers of a panel. */
import type { Panel } from './frame.ts';
import type { Look, Scales } from './looks.ts';

/** One mark. The name of its curve stands in the fields that the scales name. */
export interface CurveMark {
  readonly names: Readonly<Record<string, string>>;
  readonly look: Look;
  /** Position, moved aside a little where bars would cover each other. */
  readonly x: number;
  readonly mean: number;
  /** Ends of the bar. */
  readonly least: number;
  readonly greatest: number;
}

export interface CurveAxes {
  /** Encodings of Vega-Lite without their fields. */
  readonly x: Panel;
  readonly y: Panel;
  readonly scales: Scales;
  /** Area of a mark in square pixels. */
  readonly size?: number;
}

/** A view of three layers: lines, bars, marks. */
export function curveView(marks: readonly CurveMark[], { x, y, scales, size = 46 }: CurveAxes): Panel {
  const values = marks.map(({ names, look, ...numbers }) => ({
    ...names,
    ...numbers,
    // The legend shows lines: dashes name a curve on all panels, shapes on these only.
    shape: look.shape,
    stroke: look.colour,
    fill: look.hollow === true ? 'white' : look.colour,
  }));
  const { color, strokeDash } = scales;
  const place = { field: 'x', ...x };
  const mean = { field: 'mean', ...y };
  const asGiven = (field: string) => ({ field, type: 'nominal', scale: null });
  return {
    data: { values },
    layer: [
      {
        mark: { type: 'line', strokeWidth: 1, opacity: 0.75 },
        encoding: { x: place, y: mean, color, strokeDash },
      },
      {
        mark: { type: 'rule', strokeWidth: 1.2 },
        encoding: { x: place, y: { field: 'least', ...y }, y2: { field: 'greatest' }, color },
      },
      {
        mark: { type: 'point', size, opacity: 1, strokeWidth: 1.2 },
        encoding: {
          x: place,
          y: mean,
          shape: asGiven('shape'),
          stroke: asGiven('stroke'),
          fill: asGiven('fill'),
        },
      },
    ],
  };
}

/** How far the i-th of `count` curves is moved aside, `step` apart, so that together they stay centred. */
export const aside = (i: number, count: number, step: number): number => step * (i - (count - 1) / 2);
