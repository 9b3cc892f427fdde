/** Draws the table: the mean error of each degree, with a bar of one standard deviation to each side. */
import { readFileSync, writeFileSync } from 'node:fs';
import { defineStage } from 'ar-pipe';
import { parse, View, type Spec } from 'vega';

export default defineStage({
  needs: { table: 'table.csv' },
  outputs: ['figure.svg', 'figure.vg.json'],
  async run({ needs, out }) {
    const spec = figure(readFileSync(needs.table, 'utf8'));
    const view = new View(parse(spec), { renderer: 'none' });
    writeFileSync(out('figure.svg'), `${await view.toSVG()}\n`);
    writeFileSync(out('figure.vg.json'), `${JSON.stringify(spec, null, 2)}\n`);
    view.finalize();
  },
});

/** A Vega specification; https://vega.github.io/editor draws it too. */
function figure(table: string): Spec {
  const [, ...rows] = table.trim().split('\n');
  const errors = rows.map((row) => {
    const [degree = NaN, mean = NaN, std = NaN] = row.split(',').map(Number);
    return { degree, mean, low: mean - std, high: mean + std };
  });
  const x = { scale: 'degree', field: 'degree', band: 0.5 };
  return {
    $schema: 'https://vega.github.io/schema/vega/v6.json',
    width: 320,
    height: 220,
    padding: 8,
    background: 'white',
    data: [{ name: 'errors', values: errors }],
    scales: [
      { name: 'degree', type: 'band', domain: { data: 'errors', field: 'degree' }, range: 'width' },
      {
        name: 'error',
        domain: { data: 'errors', fields: ['low', 'high'] },
        range: 'height',
        zero: false,
        nice: true,
      },
    ],
    axes: [
      { scale: 'degree', orient: 'bottom', title: 'degree of the polynomial' },
      { scale: 'error', orient: 'left', title: 'test error (feet)', grid: true },
    ],
    marks: [
      {
        type: 'rule',
        from: { data: 'errors' },
        encode: { enter: { x, y: { scale: 'error', field: 'low' }, y2: { scale: 'error', field: 'high' } } },
      },
      {
        type: 'symbol',
        from: { data: 'errors' },
        encode: { enter: { x, y: { scale: 'error', field: 'mean' }, fill: { value: '#2a6f97' } } },
      },
    ],
  };
}
