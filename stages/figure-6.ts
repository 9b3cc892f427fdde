/**
 * Figure 6 of the paper: adversarial training of nets whose spectral norms are controlled to a level after every epoch.
 * (a) Gaps and (b) losses and errors over the strength of training, a panel a level, from the largest capacity to the
 * smallest.
 */
import { defineStage, many } from 'ar-pipe';
import * as z from 'zod';
import { captionLines } from './plot/caption-lines.ts';
import { figureSpec, widthOf } from './plot/figure.ts';
import { fontNeeds, loadFonts } from './plot/fonts.ts';
import { absentPanel, type Panel, type PanelTitle } from './plot/frame.ts';
import { gapsPanel, rawPanel } from './plot/gap-panels.ts';
import { errors, gaps, losses, measureColumns } from './plot/measures.ts';
import { seedsText } from './plot/points.ts';
import { capacityText, levelText } from './plot/spectral-control.ts';
import { commonCount, strengthPoints } from './plot/strength-points.ts';
import { refuseStrangers, runsOf } from './plot/study-runs.ts';
import { figureFiles, pointFigure, writeFigure } from './plot/write.ts';
import { captionSchema } from './results/caption.ts';
import { evaluationSummary, readSummary, trainingSummary } from './results/summaries.ts';

/** Eight panels share a page. */
const size = { width: 330, height: 150 } as const;

export default defineStage({
  params: z.strictObject({
    id: z.literal('fig6').default('fig6').describe('Which figure; its files are named after it'),
    caption: captionSchema,
    levels: z
      .array(z.union([z.literal('none'), z.number().positive()]))
      .min(1)
      .default(['none', 5, 3, 1])
      .describe('Levels of spectral control (SP), a panel each, in this order; the paper has these four'),
  }),
  needs: { summaries: many('summary.json'), training: many('metrics.json'), ...fontNeeds },
  outputs: ({ id }) => figureFiles(id),
  async run({ params: { id, caption, levels }, needs, out }) {
    const study = caption.studies[0]!;
    if (caption.studies.length > 1) throw new Error('figure 6 draws one net on one data set: name one study');
    refuseStrangers([study], [...needs.summaries, ...needs.training]);
    const evaluated = runsOf(study, needs.summaries, (path) => readSummary(path, evaluationSummary));
    const trained = runsOf(study, needs.training, (path) => readSummary(path, trainingSummary));
    const stray = evaluated.find(({ sp }) => !levels.includes(sp));
    if (stray) throw new Error(`a run has SP ${stray.sp}, which is none of the levels ${levels.join(', ')}`);
    const runsAt = (sp: 'none' | number) => evaluated.filter((run) => run.sp === sp);

    const panelsOf = (letter: string, draw: (sp: 'none' | number, frame: PanelTitle) => Panel) =>
      levels.map((sp): Panel => {
        const frame = { letter, title: levelText(sp), size };
        if (runsAt(sp).length === 0)
          return absentPanel(frame, ['No runs at this level', `in the profile “${caption.profile}”`]);
        const capacity = capacityText(
          sp,
          trained.filter((run) => run.sp === sp),
        );
        return draw(sp, { ...frame, ...capacity });
      });
    const raw = { ...losses, ...errors };
    const panels = [
      ...panelsOf('a', (sp, frame) => gapsPanel(frame, strengthPoints('a', runsAt(sp), gaps))),
      ...panelsOf('b', (sp, frame) => rawPanel(frame, strengthPoints('b', runsAt(sp), raw))),
    ];
    const points = [...strengthPoints('a', evaluated, gaps), ...strengthPoints('b', evaluated, raw)];
    const pictures = new Map([
      [study, `${commonCount(evaluated.map(({ value }) => value.test.pictures))} test pictures`],
    ]);
    const notes = [
      `${seedsText(points)}: marks are means, bars reach from the least seed to the greatest`,
      'SC: product of the spectral norms of all layers, mean over runs',
    ];
    const fonts = loadFonts(needs);
    const subtitle = captionLines(caption, { pictures, notes }, fonts, widthOf(2, size));
    const title = 'Figure 6: generalisation under adversarial training and spectral control';
    await writeFigure(
      id,
      out,
      pointFigure(figureSpec({ title, subtitle }, panels, { legendColumns: measureColumns }), points),
      fonts,
    );
  },
});
