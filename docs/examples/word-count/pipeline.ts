/** Which words are frequent in two short texts? A small pipeline that uses most of what ar-pipe offers. */
import { command, file, grid, pipeline, step } from 'ar-pipe';
import * as z from 'zod';
import bootstrap from './stages/bootstrap.ts';
import count from './stages/count.ts';
import lines from './stages/lines.ts';
import table from './stages/table.ts';

const texts = ['harbour', 'orchard'] as const;

/** A step in another language; its script is part of its key. */
const longest = command({
  run: 'sh scripts/longest.sh {needs.counts} {params.top} > {out.words}',
  files: ['scripts/longest.sh'],
  params: z.strictObject({ top: z.int().positive().default(3) }),
  needs: { counts: 'counts.csv' },
  outputs: { words: 'longest.txt' },
});

export default pipeline({
  name: 'word-count',
  seed: 7,
  profiles: { quick: { rounds: 200 }, thorough: { rounds: 20_000 } },
  defaultProfile: 'quick',
  default: ['table', 'longest'],
  targets: ({ profile }) => {
    const source = (text: string) => file(`texts/${text}.txt`);
    const counts = grid({ text: texts, minLength: [1, 4] }, ({ text, minLength }) =>
      step(`count/${text}/from-${minLength}`, count, {
        params: { minLength },
        needs: { text: source(text) },
      }),
    );
    const spreads = grid({ text: texts }, ({ text }) =>
      step(`bootstrap/${text}`, bootstrap, {
        params: { rounds: profile.rounds },
        needs: { text: source(text) },
        // Both texts are resampled with the same random numbers.
        seed: 'resampling',
        retries: 1,
        timeout: 600,
      }),
    );
    return {
      table: step('table', table, { needs: { counts, spreads } }),
      longest: step('longest', longest, { needs: { counts: counts[0]! } }),
      lines: step('lines', lines, { needs: { text: source('harbour') } }),
    };
  },
});
