/** Parts the cars at random into those to fit and those to test with. */
import { readFileSync, writeFileSync } from 'node:fs';
import { defineStage } from 'ar-pipe';
import * as z from 'zod';
import { formatPoints, parsePoints } from './lib/points.ts';
import { shuffled } from './lib/random.ts';

export default defineStage({
  params: z.strictObject({
    testShare: z.number().gt(0).lt(1).default(0.3).describe('Part of the cars kept for the test'),
  }),
  needs: { cars: 'cars.csv' },
  outputs: ['train.csv', 'test.csv'],
  random: true,
  run({ params, needs, out, seed }) {
    const cars = shuffled(parsePoints(readFileSync(needs.cars, 'utf8')), seed);
    const tests = Math.round(cars.length * params.testShare);
    writeFileSync(out('test.csv'), formatPoints(cars.slice(0, tests)));
    writeFileSync(out('train.csv'), formatPoints(cars.slice(tests)));
  },
});
