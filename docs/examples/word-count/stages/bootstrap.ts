/** Mean and STD of the number of different words in resampled texts. Long with many rounds, so it saves checkpoints. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { defineStage, metrics } from 'ar-pipe';
import * as z from 'zod';
import { randomOf } from './random.ts';
import { wordsOf } from './words.ts';

export default defineStage({
  params: z.strictObject({ rounds: z.int().positive(), saveEvery: z.int().positive().default(100) }),
  needs: { text: 'text.txt' },
  outputs: [metrics('spread.json')],
  random: true,
  async run({ params, needs, out, seed, progress, checkpoint, signal }) {
    const words = wordsOf(readFileSync(needs.text, 'utf8'));
    const results = checkpoint.latest === null ? [] : readResults(checkpoint.latest);
    while (results.length < params.rounds) {
      const random = randomOf(seed, results.length);
      results.push(new Set(words.map(() => words[Math.floor(random() * words.length)])).size);
      progress(results.length, params.rounds, 'rounds');
      if (results.length % params.saveEvery === 0) {
        await checkpoint.save((folder) => {
          writeFileSync(join(folder, 'results.json'), JSON.stringify(results));
        });
        // Lets the order to stop in; what was saved is where the next run goes on.
        await setImmediate();
        signal.throwIfAborted();
      }
    }
    const mean = results.reduce((sum, n) => sum + n, 0) / results.length;
    const variance = results.reduce((sum, n) => sum + (n - mean) ** 2, 0) / results.length;
    writeFileSync(out('spread.json'), JSON.stringify({ mean, std: Math.sqrt(variance) }));
  },
});

const readResults = (folder: string): number[] =>
  JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8')) as number[];
