/** Which polynomial best tells a car's stopping distance from its speed? A grid of degrees and repetitions, a table, a figure. */
import { command, file, grid, pipeline, step } from 'ar-pipe';
import * as z from 'zod';
import figure from './stages/figure.ts';
import fit from './stages/fit.ts';
import split from './stages/split.ts';
import table from './stages/table.ts';

const degrees = [1, 2, 3, 5];

/** A step in another language. Its script is part of its key, as the code of a stage is. */
const best = command({
  run: 'sh scripts/best.sh {needs.table} {params.top} > {out.best}',
  files: ['scripts/best.sh'],
  params: z.strictObject({ top: z.int().positive().default(1) }),
  needs: { table: 'table.csv' },
  outputs: { best: 'best.txt' },
});

export default pipeline({
  seed: 1,
  profiles: { quick: { repetitions: 5 }, thorough: { repetitions: 50 } },
  defaultProfile: 'quick',
  targets: ({ profile }) => {
    const repetition = Array.from({ length: profile.repetitions }, (_, i) => i);
    const fits = grid({ repetition }, (cell) => {
      // All degrees of a repetition are fitted to the same cars: their differences are paired.
      const parts = step(`split/${cell.repetition}`, split, { needs: { cars: file('data/cars.csv') } });
      return grid({ degree: degrees }, ({ degree }) =>
        step(`fit/degree-${degree}/${cell.repetition}`, fit, {
          params: { degree },
          needs: { train: parts, test: parts },
        }),
      );
    }).flat();
    const errors = step('table', table, { needs: { scores: fits } });
    return {
      table: errors,
      figure: step('figure', figure, { needs: { table: errors } }),
      best: step('best', best, { needs: { table: errors } }),
    };
  },
});
