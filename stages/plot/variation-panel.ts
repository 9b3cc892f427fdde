/** Loss variation over the strength of the attack on the finished net, a curve a defence; bars are STDs over examples. */
import { aside, curveView } from './curves.ts';
import { framed, type Panel, type PanelFrame } from './frame.ts';
import type { Scales } from './looks.ts';
import { strengthsOf, type PlotPoint } from './points.ts';
import { strengthAxis } from './strength-axis.ts';
import { strengthLabel } from './strengths.ts';
import { variationSeries } from './variation-points.ts';

/** The points of `variationPoints`. */
export function variationPanel(frame: PanelFrame, points: readonly PlotPoint[], scales: Scales): Panel {
  const strengths = strengthsOf(points);
  const means = points.filter(({ series }) => series === variationSeries.mean);
  const stdAt = new Map(
    points.filter(({ series }) => series === variationSeries.std).map((std) => [placeOf(std), std.mean]),
  );
  const xs = means.map(({ x }) => x);
  const step = 0.03 * Math.max(1, Math.max(...xs) - Math.min(...xs));
  const marks = means.map((point) => {
    const name = strengthLabel(point.strength);
    const std = stdAt.get(placeOf(point))!;
    return {
      names: { strength: name },
      look: scales.looks.get(name)!,
      x: point.x + aside(strengths.indexOf(point.strength), strengths.length, step),
      mean: point.mean,
      least: point.mean - std,
      greatest: point.mean + std,
    };
  });
  const y = { type: 'quantitative', title: frame.yTitle, scale: { zero: true }, axis: { tickCount: 6 } };
  return {
    ...framed(frame),
    ...curveView(marks, { x: strengthAxis(means, frame.xTitle, attackLabel), y, scales }),
  };
}

const attackLabel = (strength: number): string => `${strength}/255`;

const placeOf = ({ strength, x }: PlotPoint): string => `${strength} ${x}`;
