/** The data of a figure, as its CSV file has them and its panels draw them. */
import type { Run } from '../results/run.ts';
import type { OverSeeds } from './over-seeds.ts';

/** One mark of one curve: a bin (x to xEnd), or a position (xEnd = x). */
export interface PlotPoint extends OverSeeds, Pick<Run, 'data' | 'net' | 'sp'> {
  /** Letter of the panel. */
  readonly panel: string;
  /** What is measured, such as `loss gap`. */
  readonly series: string;
  /** Strength of the training attack, in units of 1/255. */
  readonly strength: number;
  readonly x: number;
  readonly xEnd: number;
  /** Name of what stands at x, such as a layer; empty for numbers. */
  readonly label: string;
}

export const pointColumns = [
  'panel',
  'data',
  'net',
  'sp',
  'series',
  'strength',
  'x',
  'xEnd',
  'label',
  'mean',
  'least',
  'greatest',
  'seeds',
] as const satisfies readonly (keyof PlotPoint)[];

/** The strengths of the points, rising. */
export function strengthsOf(points: readonly PlotPoint[]): number[] {
  return [...new Set(points.map(({ strength }) => strength))].sort((a, b) => a - b);
}

/** "3 seeds", or "2 to 3 seeds" where the points are of different numbers of runs. */
export function seedsText(points: readonly PlotPoint[]): string {
  const counts = points.map(({ seeds }) => seeds);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return `${least === most ? most : `${least} to ${most}`} seed${most === 1 ? '' : 's'}`;
}
