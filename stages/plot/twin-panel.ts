/** Losses on the left axis and errors on the right, over the strength of adversarial training. */
import { curveView } from './curves.ts';
import { framed, type Panel, type PanelTitle } from './frame.ts';
import { measureScales } from './measures.ts';
import type { PlotPoint } from './points.ts';
import { seriesMarks, strengthAxis } from './strength-axis.ts';
import { withCommonZero } from './twin-axes.ts';

export interface TwinFrame extends PanelTitle {
  readonly leftTitle: string;
  readonly rightTitle: string;
}

/** `left` and `right` name the series on each axis. */
export function twinPanel(
  frame: TwinFrame,
  points: readonly PlotPoint[],
  left: readonly string[],
  right: readonly string[],
): Panel {
  const marks = seriesMarks(points, measureScales.looks);
  const on = (names: readonly string[]) => marks.filter(({ names: { series } }) => names.includes(series!));
  const sides = [on(left), on(right)] as const;
  const [leftRange, rightRange] = withCommonZero(rangeOf(sides[0]), rangeOf(sides[1]));
  const x = strengthAxis(points);
  const axis = (title: string, domain: readonly number[], more: Panel) => ({
    type: 'quantitative',
    title,
    scale: { domain: [...domain], nice: false },
    axis: { tickCount: 5, ...more },
  });
  const shared = { x, scales: measureScales };
  const zero = {
    mark: { type: 'rule', color: '#888888', strokeWidth: 1 },
    data: { values: [{ mean: 0 }] },
    encoding: { y: { field: 'mean', ...axis(frame.leftTitle, leftRange, {}) } },
  };
  const leftView = curveView(sides[0], { ...shared, y: axis(frame.leftTitle, leftRange, {}) });
  const rightAxis = axis(frame.rightTitle, rightRange, { format: '.0%', grid: false, orient: 'right' });
  return {
    ...framed(frame),
    layer: [{ layer: [zero, leftView] }, curveView(sides[1], { ...shared, y: rightAxis })],
    resolve: { scale: { y: 'independent' } },
  };
}

function rangeOf(marks: readonly { readonly least: number; readonly greatest: number }[]) {
  return [
    Math.min(...marks.map(({ least }) => least)),
    Math.max(...marks.map(({ greatest }) => greatest)),
  ] as const;
}
