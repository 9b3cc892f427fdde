/** From runs to the points of curves over the strength of adversarial training. */
import { groupBy, overSeeds } from './over-seeds.ts';
import type { PlotPoint } from './points.ts';
import type { Measured } from './study-runs.ts';

/** A curve for each named quantity: at every strength its mean over seeds. Runs are of one study. */
export function strengthPoints<T>(
  panel: string,
  runs: readonly Measured<T>[],
  series: Readonly<Record<string, (value: T) => number>>,
): PlotPoint[] {
  return Object.entries(series).flatMap(([name, valueOf]) =>
    groupBy(runs, ({ sp, epsilon }) => `${sp} ${epsilon}`).map((seeds): PlotPoint => {
      const { data, net, sp, epsilon: strength } = seeds[0]!;
      const place = { strength, x: strength, xEnd: strength, label: '' };
      return {
        panel,
        data,
        net,
        sp,
        series: name,
        ...place,
        ...overSeeds(seeds.map((run) => valueOf(run.value))),
      };
    }),
  );
}

/** The number all runs share, such as how many pictures they were tested on; a range where they differ. */
export function commonCount(counts: readonly number[]): string {
  const [least, most] = [Math.min(...counts), Math.max(...counts)].map((n) => n.toLocaleString('en-US'));
  return least === most ? least! : `${least} to ${most}`;
}
