/** The two panels of figures 3, 6, 7 and 9, from points that hold the measures of both. */
import type { Panel, PanelTitle } from './frame.ts';
import { errors, gaps, losses } from './measures.ts';
import type { PlotPoint } from './points.ts';
import { twinPanel } from './twin-panel.ts';

/** Loss gap and error gap. */
export function gapsPanel(frame: PanelTitle, points: readonly PlotPoint[]): Panel {
  const [loss, error] = Object.keys(gaps) as [string, string];
  const titled = { ...frame, leftTitle: 'Loss gap (circles)', rightTitle: 'Error gap (squares)' };
  return twinPanel(titled, of(points, [loss, error]), [loss], [error]);
}

/** Losses and errors of test and training set. */
export function rawPanel(frame: PanelTitle, points: readonly PlotPoint[]): Panel {
  const [left, right] = [Object.keys(losses), Object.keys(errors)];
  const titled = { ...frame, leftTitle: 'Loss (circles)', rightTitle: 'Error (squares)' };
  return twinPanel(titled, of(points, [...left, ...right]), left, right);
}

const of = (points: readonly PlotPoint[], names: readonly string[]): PlotPoint[] =>
  points.filter(({ series }) => names.includes(series));
