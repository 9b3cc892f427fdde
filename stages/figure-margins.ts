/**
 * Figures 4 and 10 of the paper: distributions of margins on the test sets (a, b) and the training sets (c, d) of two data
 * sets, for each strength of adversarial training. Figure 10 is of training with FGSM.
 */
import { defineStage, many } from 'ar-pipe';
import * as z from 'zod';
import { captionLines, thousands } from './plot/caption-lines.ts';
import { figureSpec, widthOf } from './plot/figure.ts';
import { fontNeeds, loadFonts } from './plot/fonts.ts';
import { examplesOf, histogramPoints, histogramsOf } from './plot/histogram-points.ts';
import { seedsText, strengthsOf } from './plot/points.ts';
import { letterOf, panelOf, singleNetSlots } from './plot/slots.ts';
import { densityPanel } from './plot/steps.ts';
import { strengthScales } from './plot/strengths.ts';
import { figureFiles, pointFigure, writeFigure } from './plot/write.ts';
import { captionSchema } from './results/caption.ts';

const titles = {
  fig4: 'Figure 4: margins under adversarial training',
  fig10: 'Figure 10: margins under FGSM adversarial training',
} as const;

export default defineStage({
  params: z.strictObject({
    id: z.enum(['fig4', 'fig10']).describe('Which figure; its files are named after it'),
    caption: captionSchema,
  }),
  needs: {
    /** One a study, in the caption's order. */
    histograms: many('histograms.csv'),
    ...fontNeeds,
  },
  outputs: ({ id }) => figureFiles(id),
  async run({ params: { id, caption }, needs, out }) {
    const tables = histogramsOf(caption.studies, needs.histograms);
    const slots = singleNetSlots(caption);
    const drawn = (['test', 'train'] as const).flatMap((set, row) =>
      slots.map((slot, column) => {
        const letter = letterOf(row * slots.length + column);
        const title = `${slot.title}, ${set === 'test' ? 'test' : 'training'} set`;
        const frame = {
          letter,
          title,
          xTitle: 'Margin (logit of the label − greatest other)',
          yTitle: 'Density',
        };
        const points = slot.studies.flatMap((study) =>
          histogramPoints(letter, study, tables.get(study)!, { quantity: 'margin', set, height: 'density' }),
        );
        return { slot, frame, points };
      }),
    );
    const points = drawn.flatMap((panel) => panel.points);
    const scales = strengthScales(strengthsOf(points));
    const panels = drawn.map(({ slot, frame, points }) =>
      panelOf(frame, slot, caption, points, () => densityPanel(frame, points, scales)),
    );
    const pictures = new Map(
      [...tables].map(([study, rows]) => [study, `${thousands(examplesOf(rows, 'test'))} test pictures`]),
    );
    const notes = [
      `${seedsText(points)}: lines are means, bands reach from the least seed to the greatest`,
      'right of 0 is correct',
    ];
    const fonts = loadFonts(needs);
    const columns = slots.length;
    const subtitle = captionLines(caption, { pictures, notes }, fonts, widthOf(columns));
    const spec = figureSpec({ title: titles[id], subtitle }, panels, { columns });
    await writeFigure(id, out, pointFigure(spec, points), fonts);
  },
});
