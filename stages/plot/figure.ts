/** A figure: panels in rows of two under a title that says what was measured at which scale. */
import { fontFamily } from './fonts.ts';
import { captionSize } from './caption-lines.ts';
import { panelSize, type Panel, type PanelSize } from './frame.ts';

export interface FigureText {
  readonly title: string;
  /** Lines under the title. */
  readonly subtitle: readonly string[];
}

const ink = '#222222';

export interface Arrangement {
  /** Panels in a row. */
  readonly columns?: number;
  /** One legend for all panels, or one under each whose curves are its own. */
  readonly legends?: 'shared' | 'each';
  /** Entries in a row of a legend; all by default. */
  readonly legendColumns?: number;
}

const space = { row: 34, column: 42 } as const;

/** Width in pixels of a figure's panels, without the leftmost axis. */
export const widthOf = (columns: number, { width }: PanelSize = panelSize): number =>
  columns * width + (columns - 1) * (space.column + 46);

/** The complete Vega-Lite specification. */
export function figureSpec(
  { title, subtitle }: FigureText,
  panels: readonly Panel[],
  { columns = 2, legends = 'shared', legendColumns }: Arrangement = {},
): Panel {
  const scales = legends === 'shared' ? 'shared' : 'independent';
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    title: { text: title, subtitle: [...subtitle], fontSize: 14, subtitleLineHeight: 16, offset: 24 },
    background: 'white',
    padding: 14,
    concat: panels,
    columns,
    spacing: { ...space },
    resolve: { scale: { color: scales, strokeDash: scales } },
    config: {
      font: fontFamily,
      view: { stroke: '#888888' },
      axis: {
        labelFontSize: 11,
        titleFontSize: 12,
        titleFontWeight: 'normal',
        titlePadding: 7,
        labelFlush: false,
        gridColor: '#ebebeb',
        domain: false,
        tickColor: '#888888',
        labelColor: ink,
        titleColor: ink,
      },
      legend: {
        orient: 'bottom',
        direction: 'horizontal',
        labelFontSize: 12,
        labelLimit: 0,
        titleFontSize: 12,
        titleFontWeight: 'normal',
        ...(legends === 'shared'
          ? { titleOrient: 'left', titleAnchor: 'middle', titlePadding: 12 }
          : { titleOrient: 'top', titleAnchor: 'start', titlePadding: 4 }),
        ...(legendColumns === undefined ? {} : { columns: legendColumns }),
        layout: { bottom: { direction: 'vertical', anchor: 'start' } },
        titleLimit: 0,
        symbolType: 'stroke',
        symbolSize: 500,
        symbolStrokeWidth: 2,
        symbolOpacity: 1,
        columnPadding: 22,
        offset: 20,
        labelColor: ink,
        titleColor: ink,
      },
      title: {
        anchor: 'start',
        frame: 'group',
        fontSize: 12,
        subtitleFontSize: captionSize,
        subtitleColor: '#555555',
        color: ink,
        offset: 8,
      },
      concat: { columns },
    },
  };
}
