/**
 * Figure 12 of the paper: robust accuracy over the strength of adversarial training, a panel a data set, a curve a net.
 * Under the paper's fixed attack; beside it, ours, under an attack of the strength trained with.
 */
import { defineStage, many } from 'ar-pipe';
import * as z from 'zod';
import { accuracyPanel } from './plot/accuracy-panel.ts';
import { attackText, readAttacks, underAttack, underFixedAttack } from './plot/attack-points.ts';
import { captionLines } from './plot/caption-lines.ts';
import { figureSpec, widthOf } from './plot/figure.ts';
import { fontNeeds, loadFonts } from './plot/fonts.ts';
import { narrowPanel as size } from './plot/frame.ts';
import { netMarks, netScales } from './plot/nets.ts';
import { seedsText } from './plot/points.ts';
import { letterOf, panelOf, slotsOf } from './plot/slots.ts';
import { commonCount, strengthPoints } from './plot/strength-points.ts';
import { refuseStrangers, runsOf, type Measured } from './plot/study-runs.ts';
import { figureFiles, pointFigure, writeFigure } from './plot/write.ts';
import type { AttackRow } from './results/attack-table.ts';
import { captionSchema, type StudyCaption } from './results/caption.ts';

export default defineStage({
  params: z.strictObject({
    id: z.literal('fig12').default('fig12').describe('Which figure; its files are named after it'),
    caption: captionSchema,
  }),
  needs: { attacks: many('attacks.csv'), ...fontNeeds },
  outputs: ({ id }) => figureFiles(id),
  async run({ params: { id, caption }, needs, out }) {
    refuseStrangers(caption.studies, needs.attacks);
    const pictures = new Map<StudyCaption, string>();
    const fixed: Measured<AttackRow>[] = [];
    const drawn = slotsOf(caption).map((slot, i) => {
      const letter = letterOf(i);
      const points = slot.studies.flatMap((study) => {
        const runs = runsOf(study, needs.attacks, readAttacks);
        const underFixed = underFixedAttack(runs);
        if (underFixed.length === 0) return [];
        fixed.push(...underFixed);
        const counts = underFixed.map(({ value }) => value.examples);
        pictures.set(study, `${commonCount(counts)} attacked test pictures`);
        const conditional = (row: AttackRow) => row.conditional;
        return [
          ...strengthPoints(letter, underFixed, { fixed: conditional }),
          ...strengthPoints(letter, underAttack(runs, 'matched'), { matched: conditional }),
        ];
      });
      const yTitle = 'Robust accuracy (conditional)';
      return { slot, frame: { letter, title: slot.title, size, xTitle: 'AR strength', yTitle }, points };
    });
    const points = drawn.flatMap((panel) => panel.points);
    const fixedAttack = attackText(fixed);
    const scales = netScales(caption.studies, fixedAttack);
    const panels = drawn.map(({ slot, frame, points }) =>
      panelOf(frame, slot, caption, points, () =>
        accuracyPanel(frame, points, scales, netMarks(points, caption.studies, fixedAttack)),
      ),
    );
    const notes = [
      `${seedsText(points)}: marks are means, bars reach from the least seed to the greatest`,
      'conditional: of the pictures right without attack, the share still right under it',
    ];
    const fonts = loadFonts(needs);
    const subtitle = captionLines(caption, { pictures, notes }, fonts, widthOf(panels.length, size));
    const title = 'Figure 12: robust accuracy under adversarial training';
    const spec = figureSpec({ title, subtitle }, panels, { columns: panels.length });
    await writeFigure(id, out, pointFigure(spec, points), fonts);
  },
});
