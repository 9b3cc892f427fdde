/**
 * Tables 2 to 5 of the paper: accuracies, losses, their gaps and robust accuracy of finished nets, over strengths of adversarial
 * training; means and sample STDs over seeds. Table 2 is of FGSM training, 3 to 5 of PGD (ambiguity 3 of docs/paper.md).
 */
import { defineStage, many, type ManyItem } from 'ar-pipe';
import * as z from 'zod';
import { readCsv } from './lib/csv.ts';
import { attackRow, fixedAttack } from './results/attack-table.ts';
import { captionSchema } from './results/caption.ts';
import { evaluationSummary, readSummary, trainingSummary } from './results/summaries.ts';
import { blockSchema, filesOfBlock, seedAndStrength, type BlockParams } from './tables/blocks.ts';
import { attackNotes, captionNotes, idleLevelNote, seedsNote, thousands } from './tables/notes.ts';
import { performanceRows, strengthsOf, type Performance } from './tables/performance.ts';
import { tableFiles, writeTable } from './tables/write.ts';

const titles = {
  table2: 'Table 2: nets trained against FGSM',
  table3: 'Table 3: raw data of the main data set, with and without control of spectral norms',
  table4: 'Table 4: raw data of the second data set',
  table5: 'Table 5: raw data of the large-picture data set',
} as const;

export default defineStage({
  params: z.strictObject({
    id: z
      .enum(['table2', 'table3', 'table4', 'table5'])
      .describe('Which table; its files are named after it'),
    caption: captionSchema,
    blocks: z.array(blockSchema).min(1).describe('Groups of rows, in order'),
  }),
  needs: {
    summaries: many('summary.json'),
    attacks: many('attacks.csv'),
    training: many('metrics.json'),
  },
  outputs: ({ id }) => tableFiles(id),
  run({ params: { id, caption, blocks }, needs, out }) {
    const read = blocks.map((block) => ({ block, runs: performances(block, needs) }));
    const all = read.flatMap(({ runs }) => runs);
    const rows = read.map(({ block, runs }) => ({
      ...block,
      rows: runs.length === 0 ? [] : performanceRows(id, runs),
    }));
    const notes = [
      ...captionNotes(caption),
      ...picturesNote(all),
      ...attackNotes(all.flatMap(({ attacks }) => attacks.filter(({ name }) => name === fixedAttack))),
      seedsNote(
        rows.flatMap((block) =>
          block.rows.flatMap(({ cells }) => cells.map(({ perSeed }) => perSeed.length)),
        ),
      ),
      ...read.flatMap(({ block, runs }) =>
        block.runs?.sp === 'none' ? [] : idleLevelNote(block.title, runs),
      ),
    ];
    writeTable(
      { csv: out(`${id}.csv`), markdown: out(`${id}.md`), latex: out(`${id}.tex`) },
      { id, title: titles[id], strengths: strengthsOf(all), blocks: rows, notes },
    );
  },
});

type Readings = Readonly<Record<'summaries' | 'attacks' | 'training', readonly ManyItem[]>>;

/** @throws naming the run one of whose three files was not given */
function performances(block: BlockParams, needs: Readings): Performance[] {
  const attacks = filesOfBlock(needs.attacks, block, 'attacks.csv');
  const training = filesOfBlock(needs.training, block, 'metrics.json');
  return filesOfBlock(needs.summaries, block, 'summary.json').map(({ path, run }) => {
    const other = (files: typeof attacks, name: string): string => {
      const found = files.find((one) => seedAndStrength(one.run) === seedAndStrength(run));
      if (found) return found.path;
      throw new Error(
        `the block '${block.title}' has no ${name} for ${seedAndStrength(run)}, only a summary.json`,
      );
    };
    const lines = readCsv(other(attacks, 'attacks.csv'), attackRow);
    if (!lines.some(({ name }) => name === fixedAttack))
      throw new Error(
        `${other(attacks, 'attacks.csv')} has no attack '${fixedAttack}', which the PGD row is of`,
      );
    return {
      run,
      summary: readSummary(path, evaluationSummary),
      attacks: lines,
      layersClipped: readSummary(other(training, 'metrics.json'), trainingSummary).layersClipped,
    };
  });
}

/** Number of test pictures of the accuracies and losses. */
function picturesNote(runs: readonly Performance[]): string[] {
  const counts = [...new Set(runs.map(({ summary }) => summary.test.pictures))];
  return counts.length === 0
    ? []
    : [`Accuracies and losses: ${counts.map(thousands).join(' or ')} natural test pictures.`];
}
