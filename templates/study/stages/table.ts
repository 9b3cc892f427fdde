/** Mean and standard deviation of the test error over the repetitions, by degree. */
import { readFileSync, writeFileSync } from 'node:fs';
import { defineStage, many } from 'ar-pipe';

export default defineStage({
  needs: { scores: many('score.json') },
  outputs: ['table.csv', 'table.md'],
  run({ needs, out }) {
    const errors = new Map<string, number[]>();
    for (const { path, cell } of needs.scores) {
      const { rmse } = JSON.parse(readFileSync(path, 'utf8')) as { rmse: number };
      const degree = String(cell['degree']);
      errors.set(degree, [...(errors.get(degree) ?? []), rmse]);
    }
    const rows = [...errors].map(([degree, values]) => {
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
      const std = values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : 0;
      return { degree, mean: mean.toFixed(2), std: std.toFixed(2), repetitions: values.length };
    });
    const csv = rows.map((row) => `${row.degree},${row.mean},${row.std},${row.repetitions}`);
    writeFileSync(out('table.csv'), ['degree,mean,std,repetitions', ...csv, ''].join('\n'));
    const markdown = rows.map((row) => `| ${row.degree} | ${row.mean} ± ${row.std} |`);
    writeFileSync(out('table.md'), ['| degree | error in feet |', '|---|---|', ...markdown, ''].join('\n'));
  },
});
