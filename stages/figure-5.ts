/**
 * Figure 5 of the paper, and its counterpart for FGSM, figure 11: how adversarial training changes (a) the estimated
 * probability of the target class, (b) the loss, (c, d) the STD of each layer's singular values on two data sets.
 */
import { defineStage, many } from 'ar-pipe';
import * as z from 'zod';
import { binRow } from './histogram/histograms.ts';
import { readCsv } from './lib/csv.ts';
import { captionLines, thousands } from './plot/caption-lines.ts';
import { figureSpec, widthOf } from './plot/figure.ts';
import { fontNeeds, loadFonts } from './plot/fonts.ts';
import { examplesOf, histogramPoints } from './plot/histogram-points.ts';
import { layersPanel } from './plot/layers-panel.ts';
import { seedsText, strengthsOf } from './plot/points.ts';
import { letterOf, panelOf, singleNetSlots } from './plot/slots.ts';
import { changeText, spectraOf, spectrumPoints } from './plot/spectrum-points.ts';
import { countsPanel } from './plot/steps.ts';
import { strengthScales } from './plot/strengths.ts';
import { refuseStrangers } from './plot/study-runs.ts';
import { figureFiles, pointFigure, writeFigure } from './plot/write.ts';
import { captionSchema } from './results/caption.ts';

const titles = {
  fig5: 'Figure 5: estimated probabilities, losses and singular values under adversarial training',
  fig11: 'Figure 11: estimated probabilities, losses and singular values under FGSM adversarial training',
} as const;

/** Said of panels a and b alike. */
const counts = {
  subtitle: 'per bin, log scale; below 0.5 on the lower border',
  yTitle: 'Number of test examples',
} as const;

export default defineStage({
  params: z.strictObject({
    id: z.enum(['fig5', 'fig11']).default('fig5').describe('Which figure; its files are named after it'),
    caption: captionSchema,
  }),
  needs: {
    /** Of the first study. */
    histograms: 'histograms.csv',
    /** Of all studies. */
    spectra: many('spectra.csv'),
    ...fontNeeds,
  },
  outputs: ({ id }) => figureFiles(id),
  async run({ params: { id, caption }, needs, out }) {
    const main = caption.studies[0]!;
    refuseStrangers(caption.studies, needs.spectra);
    const bins = readCsv(needs.histograms, binRow);
    const histogram = (letter: string, quantity: 'probability' | 'loss') =>
      histogramPoints(letter, main, bins, { quantity, set: 'test', height: 'count' });
    const probability = histogram('a', 'probability');
    const loss = histogram('b', 'loss');
    const spectra = singleNetSlots(caption).map((slot, i) => {
      const letter = letterOf(2 + i);
      const runs = slot.studies.flatMap((study) => spectraOf(study, needs.spectra, 'operator'));
      const points = slot.studies.flatMap((study) => spectrumPoints(letter, study, runs));
      return { slot, letter, runs, points };
    });
    const points = [...probability, ...loss, ...spectra.flatMap((panel) => panel.points)];
    const scales = strengthScales(strengthsOf(points));

    const a = {
      ...counts,
      letter: 'a',
      title: `Estimated probability, ${main.dataTitle}`,
      xTitle: 'Estimated probability of the target class',
    };
    const b = { ...counts, letter: 'b', title: `Loss, ${main.dataTitle}`, xTitle: 'Loss (cross-entropy)' };
    const panels = [
      countsPanel(a, probability, scales),
      countsPanel(b, loss, scales),
      ...spectra.map(({ slot, letter, runs, points }) => {
        const title = `STD of singular values, ${slot.title}`;
        const axes = { xTitle: 'Layer (convolutions in order)', yTitle: 'STD of singular values' };
        return panelOf({ letter, title }, slot, caption, points, () =>
          layersPanel({ letter, title, ...axes, ...changeText(runs) }, points, scales),
        );
      }),
    ];
    const pictures = new Map([[main, `${thousands(examplesOf(bins, 'test'))} test pictures`]]);
    const notes = [
      `${seedsText(points)}: lines are means, bands and bars reach from the least seed to the greatest`,
    ];
    const fonts = loadFonts(needs);
    const subtitle = captionLines(caption, { pictures, notes }, fonts, widthOf(2));
    const spec = figureSpec({ title: titles[id], subtitle }, panels);
    await writeFigure(id, out, pointFigure(spec, points), fonts);
  },
});
