/** The project most stories are about: text → count/a, count/b → table; and text → length. */
import { Project } from './project.ts';

const files = {
  'stages/text.ts': `import { writeFileSync } from 'node:fs';
import { defineStage } from 'ar-pipe';
import * as z from 'zod';

export default defineStage({
  params: z.object({ text: z.string() }),
  outputs: ['text.txt'],
  run({ params, out, log }) {
    log('writing the text');
    writeFileSync(out('text.txt'), params.text);
  },
});
`,
  'stages/lib/words.ts': `import { isWord } from './is-word.ts';

export const occurrences = (text: string, word: string): number =>
  text.split(' ').filter((part) => isWord(part) && part === word).length;
export const unused = (text: string): string => text.trim();
`,
  'stages/lib/is-word.ts': `import { letters } from './letters.ts';

export const isWord = (part: string): boolean => letters.test(part);
`,
  'stages/lib/letters.ts': `export const letters = /[a-z]/;
`,
  'stages/count.ts': `import { readFileSync, writeFileSync } from 'node:fs';
import { defineStage } from 'ar-pipe';
import * as z from 'zod';
import { occurrences } from './lib/words.ts';

export default defineStage({
  params: z.object({ word: z.string(), atLeast: z.number().optional() }),
  needs: { text: 'text.txt' },
  outputs: ['count.json', 'notes.txt'],
  run({ params, needs, out, progress }) {
    const n = occurrences(readFileSync(needs.text, 'utf8'), params.word);
    progress(1, 1, 'text', { n });
    writeFileSync(out('count.json'), JSON.stringify({ word: params.word, n }));
    writeFileSync(out('notes.txt'), 'first');
  },
});
`,
  'stages/table.ts': `import { readFileSync, writeFileSync } from 'node:fs';
import { defineStage, many, metrics } from 'ar-pipe';

export default defineStage({
  needs: { counts: many('count.json') },
  outputs: ['table.csv', metrics('total.json')],
  run({ needs, out }) {
    const rows = needs.counts.map(({ path }) => JSON.parse(readFileSync(path, 'utf8')) as { word: string; n: number });
    writeFileSync(out('table.csv'), rows.map(({ word, n }) => \`\${word},\${n}\\n\`).join(''));
    writeFileSync(out('total.json'), JSON.stringify({ total: rows.reduce((sum, { n }) => sum + n, 0) }));
  },
});
`,
  'pipeline.ts': `import { command, grid, pipeline, step } from 'ar-pipe';
import count from './stages/count.ts';
import table from './stages/table.ts';
import text from './stages/text.ts';

const length = command({
  run: 'wc -c < {needs.text} > {out.length}',
  needs: { text: 'text.txt' },
  outputs: { length: 'length.txt' },
});

export default pipeline({
  seed: 1,
  profiles: { quick: { words: ['a', 'b'] }, full: { words: ['a', 'b', 'c'] } },
  default: ['table'],
  targets: ({ profile }) => {
    const source = step('text', text, { params: { text: 'a b a c' } });
    const counts = grid({ word: profile.words }, ({ word }) =>
      step(\`count/\${word}\`, count, { params: { word }, needs: { text: source } }),
    );
    return {
      table: step('table', table, { needs: { counts } }),
      length: step('length', length, { needs: { text: source } }),
      counts,
    };
  },
});
`,
};

export const study = (name?: string): Project => new Project(files, name);
