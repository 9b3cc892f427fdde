/** A figure: panels in rows of two under a title that says what was measured at which scale. */
import { fontFamily } from './fonts.ts';
import type { Panel } from './panels.ts';

export interface FigureText {
  readonly title: string;
  /** Lines under the title. */
  readonly subtitle: readonly string[];
}

const ink = '#222222';

/** The complete Vega-Lite specification. */
export function figureSpec({ title, subtitle }: FigureText, panels: readonly Panel[], columns = 2): Panel {
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    title: { text: title, subtitle: [...subtitle], fontSize: 14, subtitleLineHeight: 16, offset: 24 },
    background: 'white',
    padding: 14,
    concat: panels,
    columns,
    spacing: { row: 34, column: 42 },
    resolve: { scale: { color: 'shared', strokeDash: 'shared' } },
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
        titleFontSize: 12,
        titleFontWeight: 'normal',
        titleOrient: 'left',
        titleAnchor: 'middle',
        titlePadding: 12,
        titleLimit: 0,
        symbolType: 'stroke',
        symbolSize: 900,
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
        subtitleFontSize: 11,
        subtitleColor: '#555555',
        color: ink,
        offset: 8,
      },
      concat: { columns },
    },
  };
}
