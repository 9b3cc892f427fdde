/** The frame of a panel: its letter, titles and size; also the frame that has nothing in it. */

/** A Vega-Lite view; Vega-Lite itself checks it. */
export type Panel = Readonly<Record<string, unknown>>;

/** Pixels. */
export interface PanelSize {
  readonly width: number;
  readonly height: number;
}

/** Of figures with two panels a row. */
export const panelSize: PanelSize = { width: 330, height: 205 };
/** Of figures with three panels a row. */
export const narrowPanel: PanelSize = { width: 262, height: 200 };

export interface PanelTitle {
  readonly letter: string;
  readonly title: string;
  /** A second, smaller line. */
  readonly subtitle?: string;
  readonly size?: PanelSize;
}

export interface PanelFrame extends PanelTitle {
  readonly xTitle: string;
  readonly yTitle: string;
}

/** The properties every panel has. */
export function framed({ letter, title, subtitle, size = panelSize }: PanelTitle): Panel {
  return {
    ...size,
    title: { text: `(${letter}) ${title}`, ...(subtitle === undefined ? {} : { subtitle }) },
  };
}

/** An empty frame that says why there is nothing in it. */
export function absentPanel(frame: PanelTitle, lines: readonly string[]): Panel {
  const { width, height } = frame.size ?? panelSize;
  return {
    ...framed(frame),
    view: { stroke: '#bbbbbb', strokeDash: [4, 4], fill: '#fafafa' },
    data: { values: [{}] },
    mark: { type: 'text', fontSize: 12, color: '#555555', lineHeight: 18, baseline: 'middle' },
    encoding: {
      text: { value: [...lines] },
      x: { value: width / 2 },
      y: { value: height / 2 - 9 * (lines.length - 1) },
    },
  };
}
