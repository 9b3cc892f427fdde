/** Splits a text into one file a line: how many there will be is not known beforehand. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineStage, dir } from 'ar-pipe';

export default defineStage({
  needs: { text: 'text.txt' },
  outputs: [dir('lines')],
  run({ needs, out }) {
    const lines = readFileSync(needs.text, 'utf8').trimEnd().split('\n');
    lines.forEach((line, i) => {
      writeFileSync(join(out('lines'), `${i + 1}.txt`), `${line}\n`);
    });
  },
});
