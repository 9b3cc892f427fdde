/**
 * Table 1 of the paper: mean and STD over test pictures of the maximal change of the loss under attack (section B.5), per
 * strength of the attack and of adversarial training; means and sample STDs over seeds.
 */
import { defineStage, many } from 'ar-pipe';
import * as z from 'zod';
import { readCsv } from './lib/csv.ts';
import { captionSchema } from './results/caption.ts';
import { variationAttackText, variationRow } from './results/variation-table.ts';
import { blockSchema, filesOfBlock } from './tables/blocks.ts';
import { captionNotes, seedsNote, thousands } from './tables/notes.ts';
import { strengthsOf } from './tables/performance.ts';
import { variationRows, type Variation } from './tables/variation.ts';
import { tableFiles, writeTable } from './tables/write.ts';

export default defineStage({
  params: z.strictObject({
    id: z.literal('table1').default('table1').describe('Which table; its files are named after it'),
    caption: captionSchema,
    blocks: z.array(blockSchema).min(1).describe('Groups of rows, one a data set, in order'),
  }),
  needs: { variations: many('loss-variation.csv') },
  outputs: ({ id }) => tableFiles(id),
  run({ params: { id, caption, blocks }, needs, out }) {
    const read = blocks.map((block) => ({
      block,
      runs: filesOfBlock(needs.variations, block, 'loss-variation.csv').map(({ path, run }): Variation => ({
        run,
        rows: readCsv(path, variationRow),
      })),
    }));
    const all = read.flatMap(({ runs }) => runs);
    const rows = read.map(({ block, runs }) => ({ ...block, rows: variationRows(runs) }));
    const notes = [
      ...captionNotes(caption),
      ...picturesNote(all),
      ...attackNote(all),
      seedsNote(
        rows.flatMap((block) =>
          block.rows.flatMap(({ cells }) => cells.map(({ perSeed }) => perSeed.length)),
        ),
      ),
    ];
    const title = 'Table 1: maximal change of the loss under attack';
    writeTable(
      { csv: out(`${id}.csv`), markdown: out(`${id}.md`), latex: out(`${id}.tex`) },
      { id, title, strengths: strengthsOf(all), blocks: rows, notes },
    );
  },
});

/** Number of test pictures attacked, right and wrong ones alike. */
function picturesNote(runs: readonly Variation[]): string[] {
  const counts = new Set(
    runs.flatMap(({ rows }) =>
      rows.filter(({ examplesOf }) => examplesOf === 'all').map(({ examples }) => examples),
    ),
  );
  return counts.size === 0
    ? []
    : [
        `“STD” is over pictures, ± over seeds: the first ${[...counts].map(thousands).join(' or ')} test pictures, right and wrong ones.`,
      ];
}

function attackNote(runs: readonly Variation[]): string[] {
  const text = variationAttackText(runs.flatMap(({ rows }) => rows));
  return text === '' ? [] : [`Attack: ${text}.`];
}
