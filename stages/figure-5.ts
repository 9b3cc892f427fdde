/**
 * Figure 5 of the paper, and its counterpart for FGSM, figure 11: how adversarial training changes (a) the estimated
 * probability of the target class, (b) the loss, (c, d) the STD of each layer's singular values on two data sets.
 */
import { defineStage, many, type ManyItem } from 'ar-pipe';
import * as z from 'zod';
import { binRow } from './histogram/histograms.ts';
import { readCsv } from './lib/csv.ts';
import { figureSpec } from './plot/figure.ts';
import { loadFonts } from './plot/fonts.ts';
import { absentPanel, histogramPanel, positionsPanel, type Panel } from './plot/panels.ts';
import { seedsText, strengthsOf, type PlotPoint } from './plot/points.ts';
import { examplesOf, histogramPoints, spectrumPoints } from './plot/readings.ts';
import { strengthLabel, strengthScales, type StrengthScales } from './plot/strengths.ts';
import { writeFigure } from './plot/write.ts';
import { stdGroups } from './spectrum/std-groups.ts';

const titles = {
  fig5: 'Figure 5: estimated probabilities, losses and singular values under adversarial training',
  fig11: 'Figure 11: estimated probabilities, losses and singular values under FGSM adversarial training',
} as const;

/** Said of panels a and b alike. */
const counts = {
  subtitle: 'per bin, log scale; empty bins lie on the lower border',
  yTitle: 'Number of test examples',
} as const;

export default defineStage({
  params: z.strictObject({
    id: z.enum(['fig5', 'fig11']).default('fig5').describe('Which figure; its files are named after it'),
    profile: z.string().describe('Scale of the study, printed'),
    dataset: z.string().describe('Data set of panels a to c, printed'),
    otherDataset: z.string().describe('Data set of panel d, printed also where it is absent'),
    net: z.string().describe('Net, printed'),
    attack: z.string().describe('Training attack with its steps and step size, printed'),
    trainingPictures: z.int().positive().describe('Number of pictures trained on, printed'),
  }),
  needs: {
    histograms: 'histograms.csv',
    spectra: many('spectra.csv'),
    /** Of the second data set; none where the profile leaves it out. */
    otherSpectra: many('spectra.csv'),
    font: 'DejaVuSans.ttf',
    boldFont: 'DejaVuSans-Bold.ttf',
  },
  outputs: ({ id }) => [`${id}.svg`, `${id}.png`, `${id}.csv`, `${id}.vl.json`] as const,
  async run({ params, needs, out }) {
    const { id, profile, dataset, otherDataset, net, attack } = params;
    const bins = readCsv(needs.histograms, binRow);
    const probability = histogramPoints('a', bins, 'probability', 'test');
    const loss = histogramPoints('b', bins, 'loss', 'test');
    const spectra = spectrumPointsOf('c', needs.spectra);
    const otherSpectra = spectrumPointsOf('d', needs.otherSpectra);
    const points = [...probability, ...loss, ...spectra, ...otherSpectra];
    const scales = strengthScales(strengthsOf(points));

    const panels = [
      histogramPanel(
        {
          ...counts,
          letter: 'a',
          title: `Estimated probability, ${dataset}`,
          xTitle: 'Estimated probability of the target class',
        },
        probability,
        scales,
      ),
      histogramPanel(
        { ...counts, letter: 'b', title: `Loss, ${dataset}`, xTitle: 'Loss (cross-entropy)' },
        loss,
        scales,
      ),
      spectraPanel('c', dataset, spectra, scales, profile),
      spectraPanel('d', otherDataset, otherSpectra, scales, profile),
    ];
    const pictures = `${thousands(params.trainingPictures)} training and ${thousands(examplesOf(bins, 'test'))} test pictures`;
    const subtitle = [
      `Profile “${profile}” · ${dataset} · ${net} · ${attack}`,
      `${pictures} · ${seedsText(points)}: lines are means, bands and bars reach from the least seed to the greatest`,
    ];
    await writeFigure(
      { svg: out(`${id}.svg`), png: out(`${id}.png`), csv: out(`${id}.csv`), spec: out(`${id}.vl.json`) },
      figureSpec({ title: titles[id], subtitle }, panels),
      points,
      loadFonts(needs.font, needs.boldFont),
    );
  },
});

const spectrumPointsOf = (panel: string, items: readonly ManyItem[]): PlotPoint[] =>
  items.length === 0 ? [] : spectrumPoints(panel, items, 'operator');

function spectraPanel(
  letter: string,
  dataset: string,
  points: readonly PlotPoint[],
  scales: StrengthScales,
  profile: string,
): Panel {
  const title = `STD of singular values, ${dataset}`;
  if (points.length === 0)
    return absentPanel({ letter, title }, [`${dataset} is not part of`, `the profile “${profile}”`]);
  const frame = { letter, title, xTitle: 'Layer (convolutions in order)', yTitle: 'STD of singular values' };
  return positionsPanel({ ...frame, ...changeText(points) }, points, scales);
}

/** In how many layers the weakest training attack leaves a greater STD than the strongest, as a panel's second line. */
function changeText(points: readonly PlotPoint[]): { subtitle?: string } {
  const strengths = strengthsOf(points);
  const [weakest, strongest] = [strengths[0]!, strengths.at(-1)!];
  if (weakest === strongest) return {};
  const means = (strength: number) =>
    points.filter((point) => point.strength === strength).map(({ mean }) => mean);
  const { fell } = stdGroups(means(weakest), means(strongest));
  const layers = means(weakest).length;
  return {
    subtitle: `smaller at ${strengthLabel(strongest)} than at ${strengthLabel(weakest)} in ${fell.layers} of ${layers} layers`,
  };
}

const thousands = (count: number): string => count.toLocaleString('en-US');
