/** How often each word of a text occurs. */
import { readFileSync, writeFileSync } from 'node:fs';
import { defineStage, metrics } from 'ar-pipe';
import * as z from 'zod';
import { wordsOf } from './words.ts';

export default defineStage({
  params: z.strictObject({ minLength: z.int().positive().default(1).describe('Shorter words are left out') }),
  needs: { text: 'text.txt' },
  outputs: ['counts.csv', metrics('metrics.json')],
  run({ params, needs, out, log }) {
    const counts = new Map<string, number>();
    for (const word of wordsOf(readFileSync(needs.text, 'utf8')))
      if (word.length >= params.minLength) counts.set(word, (counts.get(word) ?? 0) + 1);
    const rows = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
    log(`${counts.size} words`);
    writeFileSync(out('counts.csv'), ['word,count', ...rows.map((row) => row.join(','))].join('\n') + '\n');
    writeFileSync(
      out('metrics.json'),
      JSON.stringify({ different: rows.length, words: rows.reduce((sum, [, n]) => sum + n, 0) }),
    );
  },
});
