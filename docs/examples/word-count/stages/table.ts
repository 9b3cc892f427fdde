/** One table of all counts: a row for each cell of the grid. */
import { readFileSync, writeFileSync } from 'node:fs';
import { defineStage, many } from 'ar-pipe';

export default defineStage({
  needs: { counts: many('counts.csv'), spreads: many('spread.json') },
  outputs: ['table.md'],
  run({ needs, out }) {
    const rows = needs.counts.map(({ path, cell }) => {
      const [, first = ''] = readFileSync(path, 'utf8').split('\n');
      return `| ${cell['text'] ?? ''} | ${cell['minLength'] ?? ''} | ${first.replace(',', ' | ')} |`;
    });
    const spreads = needs.spreads.map(({ path, cell }) => {
      const { mean, std } = JSON.parse(readFileSync(path, 'utf8')) as { mean: number; std: number };
      return `${cell['text'] ?? ''}: ${mean.toFixed(1)} ± ${std.toFixed(1)} different words`;
    });
    const head = ['| text | from length | most frequent | times |', '|---|---|---|---|'];
    writeFileSync(out('table.md'), [...head, ...rows, '', ...spreads, ''].join('\n'));
  },
});
