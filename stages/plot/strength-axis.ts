/** The axis of the strength of adversarial training, and the marks of curves over it. */
import { aside, type CurveMark } from './curves.ts';
import type { Panel } from './frame.ts';
import type { Look } from './looks.ts';
import type { PlotPoint } from './points.ts';
import { strengthLabel, strengthTitle } from './strengths.ts';

/** Encoding of x, in units of 1/255; where room is short, labels are left out. */
export function strengthAxis(
  points: readonly PlotPoint[],
  title: string = strengthTitle,
  label: (strength: number) => string = strengthLabel,
): Panel {
  const values = positionsOf(points);
  const names = JSON.stringify(Object.fromEntries(values.map((value) => [value, label(value)])));
  const margin = Math.max(1, 0.07 * (values.at(-1)! - values[0]!));
  return {
    type: 'quantitative',
    title,
    axis: { values, labelExpr: `${names}[datum.value]`, labelOverlap: 'greedy', grid: false },
    scale: { domain: [values[0]! - margin, values.at(-1)! + margin], nice: false },
  };
}

const positionsOf = (points: readonly PlotPoint[]): number[] =>
  [...new Set(points.map(({ x }) => x))].sort((a, b) => a - b);

/** Marks of curves named by their series; those at one strength stand side by side. */
export function seriesMarks(points: readonly PlotPoint[], looks: ReadonlyMap<string, Look>): CurveMark[] {
  const drawn = [...looks.keys()].filter((name) => points.some(({ series }) => series === name));
  const xs = positionsOf(points);
  const step = 0.016 * Math.max(1, xs.at(-1)! - xs[0]!);
  return points.map(({ series, x, mean, least, greatest }) => ({
    names: { series },
    look: looks.get(series)!,
    x: x + aside(drawn.indexOf(series), drawn.length, step),
    mean,
    least,
    greatest,
  }));
}
