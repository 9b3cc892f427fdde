/** Fits a polynomial to some cars and measures its error on others. */
import { readFileSync, writeFileSync } from 'node:fs';
import { defineStage, metrics } from 'ar-pipe';
import * as z from 'zod';
import { parsePoints } from './lib/points.ts';
import { fitPolynomial, rootMeanSquareError } from './lib/polynomial.ts';

export default defineStage({
  params: z.strictObject({ degree: z.int().nonnegative().max(9) }),
  needs: { train: 'train.csv', test: 'test.csv' },
  outputs: ['model.json', metrics('score.json')],
  run({ params, needs, out, log }) {
    const train = parsePoints(readFileSync(needs.train, 'utf8'));
    const test = parsePoints(readFileSync(needs.test, 'utf8'));
    const model = fitPolynomial(train, params.degree);
    const rmse = rootMeanSquareError(model, test);
    log(`degree ${params.degree}: ${rmse.toFixed(1)} feet on ${test.length} cars`);
    writeFileSync(out('model.json'), JSON.stringify(model));
    writeFileSync(out('score.json'), JSON.stringify({ rmse }));
  },
});
