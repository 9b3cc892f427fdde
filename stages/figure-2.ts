/**
 * Figure 2 of the paper, in drawings of our own: (a) how adversarial training acts through the instance margin, (b) the
 * segments of Lemma 3.1. Nothing in it is measured.
 */
import { defineStage } from 'ar-pipe';
import * as z from 'zod';
import { csvText } from './lib/csv.ts';
import { drawingPanel, placeColumns, placeRows } from './plot/drawing.ts';
import { figureSpec } from './plot/figure.ts';
import { fontNeeds, loadFonts } from './plot/fonts.ts';
import { instanceMargin } from './plot/instance-margin.ts';
import { linearRegions } from './plot/linear-regions.ts';
import { figureFiles, writeFigure } from './plot/write.ts';

const title = 'Figure 2: from adversarial robustness to the margin at the output';

/** What the drawings stand for, in words. */
const subtitle = [
  'Drawings: nothing in them is measured. (a) Robustness of strength ε keeps the decision boundary out of the attack’s ball, so that',
  'the instance margin v(x), the distance from x to the nearest boundary point x′, is at least ε. (b) From x′ to x the net is linear in',
  'each region q, where its layers multiply to W(q): singular values decide what of v(x) arrives as a margin at the output.',
];

export default defineStage({
  params: z.strictObject({
    id: z.literal('fig2').default('fig2').describe('Which figure; its files are named after it'),
  }),
  needs: fontNeeds,
  outputs: ({ id }) => figureFiles(id),
  async run({ params: { id }, needs, out }) {
    const panels = [
      drawingPanel(
        {
          letter: 'a',
          title: 'Instance margin',
          subtitle: 'decision boundaries after ordinary and adversarial training',
        },
        instanceMargin,
      ),
      drawingPanel(
        {
          letter: 'b',
          title: 'Lemma 3.1',
          subtitle: 'I(x) − I(x′) = Σⱼ (sⱼ − sⱼ₋₁) W(qⱼ) (x − x′)',
        },
        linearRegions,
      ),
    ];
    const rows = [...placeRows('a', instanceMargin), ...placeRows('b', linearRegions)];
    const figure = { spec: figureSpec({ title, subtitle }, panels), data: csvText(placeColumns, rows) };
    await writeFigure(id, out, figure, loadFonts(needs));
  },
});
