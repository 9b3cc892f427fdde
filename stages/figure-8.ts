/**
 * Figure 8 of the paper: the maximal change of the loss that an attack brings about, over the strength of that attack, a
 * curve for each strength of adversarial training; marks are means over examples, bars their STD. A panel a data set.
 */
import { defineStage, many } from 'ar-pipe';
import * as z from 'zod';
import { captionLines } from './plot/caption-lines.ts';
import { figureSpec, widthOf } from './plot/figure.ts';
import { fontNeeds, loadFonts } from './plot/fonts.ts';
import { seedsText, strengthsOf } from './plot/points.ts';
import { letterOf, panelOf, singleNetSlots } from './plot/slots.ts';
import { commonCount } from './plot/strength-points.ts';
import { strengthScales } from './plot/strengths.ts';
import { refuseStrangers, runsOf } from './plot/study-runs.ts';
import { variationPanel } from './plot/variation-panel.ts';
import { readVariation, variationPoints } from './plot/variation-points.ts';
import { figureFiles, pointFigure, writeFigure } from './plot/write.ts';
import { captionSchema, type StudyCaption } from './results/caption.ts';
import { variationAttackText, type VariationRow } from './results/variation-table.ts';

export default defineStage({
  params: z.strictObject({
    id: z.literal('fig8').default('fig8').describe('Which figure; its files are named after it'),
    caption: captionSchema,
  }),
  needs: { variations: many('loss-variation.csv'), ...fontNeeds },
  outputs: ({ id }) => figureFiles(id),
  async run({ params: { id, caption }, needs, out }) {
    refuseStrangers(caption.studies, needs.variations);
    const pictures = new Map<StudyCaption, string>();
    const read: VariationRow[] = [];
    const drawn = singleNetSlots(caption).map((slot, i) => {
      const letter = letterOf(i);
      const points = slot.studies.flatMap((study) => {
        const runs = runsOf(study, needs.variations, readVariation);
        read.push(...runs.flatMap(({ value }) => value));
        const counts = runs.flatMap(({ value }) => value.map(({ examples }) => examples));
        if (counts.length > 0) pictures.set(study, `${commonCount(counts)} attacked test pictures`);
        return variationPoints(letter, runs);
      });
      const frame = {
        letter,
        title: `Loss variation, ${slot.title}`,
        xTitle: 'Attack strength (maximal perturbation)',
        yTitle: 'Maximal change of the loss',
      };
      return { slot, frame, points };
    });
    const points = drawn.flatMap((panel) => panel.points);
    const scales = strengthScales(strengthsOf(points), 'Defence: AR strength in training');
    const panels = drawn.map(({ slot, frame, points }) =>
      panelOf(frame, slot, caption, points, () => variationPanel(frame, points, scales)),
    );
    const notes = [
      `marks are means over pictures, bars one STD over pictures, each the mean over ${seedsText(points)}`,
      `attack: ${variationAttackText(read)}`,
    ];
    const fonts = loadFonts(needs);
    const subtitle = captionLines(caption, { pictures, notes }, fonts, widthOf(2));
    const title = 'Figure 8: loss variation under attack after adversarial training';
    await writeFigure(id, out, pointFigure(figureSpec({ title, subtitle }, panels), points), fonts);
  },
});
