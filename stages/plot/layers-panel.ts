/** A quantity of every layer of a net, a curve for each strength; bars reach from the least seed to the greatest. */
import { aside, curveView } from './curves.ts';
import { framed, type Panel, type PanelFrame } from './frame.ts';
import type { Scales } from './looks.ts';
import { strengthsOf, type PlotPoint } from './points.ts';
import { strengthLabel } from './strengths.ts';

/** Layers stand at 1, 2, … */
export function layersPanel(frame: PanelFrame, points: readonly PlotPoint[], scales: Scales): Panel {
  const strengths = strengthsOf(points);
  const last = Math.max(...points.map(({ x }) => x));
  // Few layers leave room to set the strengths side by side, so that their bars do not cover each other.
  const few = last <= 15;
  const marks = points.map(({ strength, x, mean, least, greatest }) => {
    const name = strengthLabel(strength);
    return {
      names: { strength: name },
      look: scales.looks.get(name)!,
      x: x + aside(strengths.indexOf(strength), strengths.length, few ? 0.14 : 0),
      mean,
      least,
      greatest,
    };
  });
  const x = {
    type: 'quantitative',
    title: frame.xTitle,
    axis: { tickMinStep: 1, grid: false, tickCount: Math.min(last, 12), format: 'd' },
    scale: { domain: [0.5, last + 0.5], nice: false },
  };
  const y = { type: 'quantitative', title: frame.yTitle, scale: { zero: true } };
  return { ...framed(frame), ...curveView(marks, { x, y, scales, size: few ? 46 : 22 }) };
}
