/** Draws the table: the mean error of each degree, with bars of one standard deviation to each side. */
import { readFileSync, writeFileSync } from 'node:fs';
import { defineStage } from 'ar-pipe';
import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';

export default defineStage({
  needs: { table: 'table.csv' },
  outputs: ['figure.svg', 'figure.vl.json'],
  async run({ needs, out }) {
    const [, ...lines] = readFileSync(needs.table, 'utf8').trim().split('\n');
    const values = lines.map((line) => {
      const [degree, mean, std] = line.split(',').map(Number);
      return { degree, mean, std };
    });
    const spec: TopLevelSpec = {
      $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
      width: 320,
      height: 220,
      data: { values },
      encoding: {
        x: { field: 'degree', type: 'ordinal', title: 'degree of the polynomial', axis: { labelAngle: 0 } },
        y: { field: 'mean', type: 'quantitative', title: 'test error (feet)', scale: { zero: false } },
      },
      layer: [
        { mark: { type: 'errorbar', ticks: true }, encoding: { yError: { field: 'std' } } },
        { mark: { type: 'point', filled: true, size: 60 } },
      ],
    };
    const view = new View(parse(compile(spec).spec), { renderer: 'none' });
    writeFileSync(out('figure.svg'), `${await view.toSVG()}\n`);
    writeFileSync(out('figure.vl.json'), `${JSON.stringify(spec, null, 2)}\n`);
    view.finalize();
  },
});
