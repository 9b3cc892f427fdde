/** Accuracies over the strength of adversarial training, from 0 to 100 %. */
import { curveView, type CurveMark } from './curves.ts';
import { framed, type Panel, type PanelFrame } from './frame.ts';
import { scalesOf, type Look, type Scales } from './looks.ts';
import type { PlotPoint } from './points.ts';
import { seriesMarks, strengthAxis } from './strength-axis.ts';

/** What is measured, as panel c of figure 1 tells it apart. */
const looks = new Map<string, Look>([
  ['standard', { colour: '#0072B2', dash: [1, 0], shape: 'circle' }],
  ['robust', { colour: '#D55E00', dash: [6, 2], shape: 'square', hollow: true }],
]);
export const accuracyScales = scalesOf(['series', 'Accuracy', looks]);

/** `marks` are those of the points, by default named and drawn by their series. */
export function accuracyPanel(
  frame: PanelFrame,
  points: readonly PlotPoint[],
  scales: Scales,
  marks: readonly CurveMark[] = seriesMarks(points, scales.looks),
): Panel {
  const y = {
    type: 'quantitative',
    title: frame.yTitle,
    scale: { domain: [0, 1] },
    axis: { format: '.0%', tickCount: 5 },
  };
  return { ...framed(frame), ...curveView(marks, { x: strengthAxis(points, frame.xTitle), y, scales }) };
}
