/**
 * Figures 3, 7 and 9 of the paper: (a) loss gap and error gap, (b) the losses and errors they are differences of, over the
 * strength of adversarial training; a row a data set. Figure 7 is of a deeper net, figure 9 of training with FGSM.
 */
import { defineStage, many } from 'ar-pipe';
import * as z from 'zod';
import { captionLines } from './plot/caption-lines.ts';
import { figureSpec, widthOf } from './plot/figure.ts';
import { fontNeeds, loadFonts } from './plot/fonts.ts';
import { gapsPanel, rawPanel } from './plot/gap-panels.ts';
import { errors, gaps, losses, measureColumns } from './plot/measures.ts';
import { seedsText } from './plot/points.ts';
import { panelOf, singleNetSlots } from './plot/slots.ts';
import { commonCount, strengthPoints } from './plot/strength-points.ts';
import { refuseStrangers, runsOf } from './plot/study-runs.ts';
import { figureFiles, pointFigure, writeFigure } from './plot/write.ts';
import { captionSchema, type StudyCaption } from './results/caption.ts';
import { evaluationSummary, readSummary } from './results/summaries.ts';

const titles = {
  fig3: 'Figure 3: generalisation under adversarial training',
  fig7: 'Figure 7: generalisation of a deeper net under adversarial training',
  fig9: 'Figure 9: generalisation under FGSM adversarial training',
} as const;

export default defineStage({
  params: z.strictObject({
    id: z.enum(['fig3', 'fig7', 'fig9']).describe('Which figure; its files are named after it'),
    caption: captionSchema,
  }),
  needs: { summaries: many('summary.json'), ...fontNeeds },
  outputs: ({ id }) => figureFiles(id),
  async run({ params: { id, caption }, needs, out }) {
    refuseStrangers(caption.studies, needs.summaries);
    const read = (path: string) => readSummary(path, evaluationSummary);
    const pictures = new Map<StudyCaption, string>();
    const rows = singleNetSlots(caption).map((slot) => {
      const points = slot.studies.flatMap((study) => {
        const runs = runsOf(study, needs.summaries, read);
        if (runs.length === 0) return [];
        pictures.set(study, `${commonCount(runs.map(({ value }) => value.test.pictures))} test pictures`);
        return [...strengthPoints('a', runs, gaps), ...strengthPoints('b', runs, { ...losses, ...errors })];
      });
      return { slot, points };
    });

    const panels = rows.flatMap(({ slot, points }) => {
      const a = { letter: 'a', title: `Gaps, ${slot.title}` };
      const b = { letter: 'b', title: `Losses and errors, ${slot.title}` };
      return [
        panelOf(a, slot, caption, points, () => gapsPanel(a, points)),
        panelOf(b, slot, caption, points, () => rawPanel(b, points)),
      ];
    });
    const points = rows.flatMap((row) => row.points);
    const notes = [`${seedsText(points)}: marks are means, bars reach from the least seed to the greatest`];
    const fonts = loadFonts(needs);
    const subtitle = captionLines(caption, { pictures, notes }, fonts, widthOf(2));
    const spec = figureSpec({ title: titles[id], subtitle }, panels, { legendColumns: measureColumns });
    await writeFigure(id, out, pointFigure(spec, points), fonts);
  },
});
