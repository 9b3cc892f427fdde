/** Points and fonts for tests of plotting. */
import { fileURLToPath } from 'node:url';
import { loadFonts } from '../../../stages/plot/fonts.ts';
import type { PlotPoint } from '../../../stages/plot/points.ts';

const folder = fileURLToPath(new URL('../../../node_modules/dejavu-fonts-ttf/ttf/', import.meta.url));
export const fonts = loadFonts({
  font: `${folder}DejaVuSans.ttf`,
  boldFont: `${folder}DejaVuSans-Bold.ttf`,
});

export const point = (over: Partial<PlotPoint>): PlotPoint => ({
  ...{ panel: 'a', data: 'fashion-mnist', net: 'resnet-8', sp: 'none', series: 'loss', strength: 4 },
  ...{ x: 0, xEnd: 1, label: '', mean: 1, least: 1, greatest: 1, seeds: 1 },
  ...over,
});
