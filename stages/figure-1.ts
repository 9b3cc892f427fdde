/**
 * Figure 1 of the paper, on its main data set: (a) STD of each layer's singular values under the weakest and the strongest
 * adversarial training, (b) margins of the test set, (c) standard and robust accuracy.
 */
import { defineStage, many } from 'ar-pipe';
import * as z from 'zod';
import { binRow } from './histogram/histograms.ts';
import { readCsv } from './lib/csv.ts';
import { accuracyPanel, accuracyScales } from './plot/accuracy-panel.ts';
import { attackText, readAttacks, underFixedAttack } from './plot/attack-points.ts';
import { captionLines, thousands } from './plot/caption-lines.ts';
import { figureSpec, widthOf } from './plot/figure.ts';
import { fontNeeds, loadFonts } from './plot/fonts.ts';
import { absentPanel, narrowPanel as size } from './plot/frame.ts';
import { examplesOf, histogramPoints } from './plot/histogram-points.ts';
import { layersPanel } from './plot/layers-panel.ts';
import { seedsText, strengthsOf } from './plot/points.ts';
import { changeText, extremesOf, spectraOf, spectrumPoints } from './plot/spectrum-points.ts';
import { densityPanel } from './plot/steps.ts';
import { commonCount, strengthPoints } from './plot/strength-points.ts';
import { strengthScales } from './plot/strengths.ts';
import { refuseStrangers, runsOf } from './plot/study-runs.ts';
import { figureFiles, pointFigure, writeFigure } from './plot/write.ts';
import { captionSchema } from './results/caption.ts';
import { evaluationSummary, readSummary } from './results/summaries.ts';

const legend = 'AR strength';

export default defineStage({
  params: z.strictObject({
    id: z.literal('fig1').default('fig1').describe('Which figure; its files are named after it'),
    caption: captionSchema,
  }),
  needs: {
    spectra: many('spectra.csv'),
    histograms: 'histograms.csv',
    summaries: many('summary.json'),
    attacks: many('attacks.csv'),
    ...fontNeeds,
  },
  outputs: ({ id }) => figureFiles(id),
  async run({ params: { id, caption }, needs, out }) {
    const study = caption.studies[0]!;
    if (caption.studies.length > 1) throw new Error('figure 1 draws one net on one data set: name one study');
    refuseStrangers([study], [...needs.spectra, ...needs.summaries, ...needs.attacks]);

    const measured = spectraOf(study, needs.spectra, 'operator');
    const extremes = extremesOf(measured);
    const spectra = spectrumPoints('a', study, measured).filter(
      ({ strength }) => extremes === null || extremes.includes(strength),
    );
    const bins = readCsv(needs.histograms, binRow);
    const margins = histogramPoints('b', study, bins, { quantity: 'margin', set: 'test', height: 'density' });
    const evaluated = runsOf(study, needs.summaries, (path) => readSummary(path, evaluationSummary));
    const attacked = underFixedAttack(runsOf(study, needs.attacks, readAttacks));
    const accuracies = [
      ...strengthPoints('c', evaluated, { standard: ({ test }) => test.accuracy }),
      ...strengthPoints('c', attacked, { robust: ({ conditional }) => conditional }),
    ];
    const points = [...spectra, ...margins, ...accuracies];

    const a = {
      ...{ letter: 'a', title: 'STD of singular values', size },
      ...{ xTitle: 'Layer (convolutions in order)', yTitle: 'STD of singular values' },
    };
    const b = {
      ...{ letter: 'b', title: 'Margins, test set', subtitle: 'right of 0 is correct', size },
      ...{ xTitle: 'Margin', yTitle: 'Density' },
    };
    const c = {
      ...{
        letter: 'c',
        title: 'Accuracy, test set',
        subtitle: 'robust: of those right without attack',
        size,
      },
      ...{ xTitle: legend, yTitle: 'Accuracy' },
    };
    const missing = ['No such runs', `in the profile “${caption.profile}”`];
    const panels = [
      spectra.length === 0
        ? absentPanel(a, missing)
        : layersPanel(
            { ...a, ...changeText(measured) },
            spectra,
            strengthScales(strengthsOf(spectra), legend),
          ),
      densityPanel(b, margins, strengthScales(strengthsOf(margins), legend)),
      accuracies.length === 0 ? absentPanel(c, missing) : accuracyPanel(c, accuracies, accuracyScales),
    ];

    const pictures = new Map([[study, `${thousands(examplesOf(bins, 'test'))} test pictures`]]);
    const notes = [
      `${seedsText(points)}: lines are means, bands and bars reach from the least seed to the greatest`,
      ...(attacked.length === 0
        ? []
        : [
            `robust accuracy under ${attackText(attacked)}, of the first ${commonCount(attacked.map(({ value }) => value.examples))} test pictures`,
          ]),
    ];
    const fonts = loadFonts(needs);
    const subtitle = captionLines(caption, { pictures, notes }, fonts, widthOf(3, size));
    const title = 'Figure 1: singular values, margins and accuracy under adversarial training';
    const spec = figureSpec({ title, subtitle }, panels, { columns: 3, legends: 'each', legendColumns: 3 });
    await writeFigure(id, out, pointFigure(spec, points), fonts);
  },
});
