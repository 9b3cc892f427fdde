/** From a Vega-Lite specification to SVG and PNG: bytes depend on the specification and the font files alone. */
import { Resvg } from '@resvg/resvg-js';
import * as vega from 'vega';
import type { TopLevelSpec } from 'vega-lite';
import type { Fonts } from './fonts.ts';
import type { Panel } from './frame.ts';
import { compile } from './vega-lite.ts';

/** The part of vega-scenegraph that its typings leave out. */
interface SceneGraph {
  readonly textMetrics: { width: (item: TextItem, text: string | number | null | undefined) => number };
  /** Ids of clip paths and gradients count up over all figures of a process. */
  readonly resetSVGDefIds: () => void;
}
interface TextItem {
  readonly fontSize?: number | null;
  readonly fontWeight?: string | number | null;
}
const { textMetrics, resetSVGDefIds } = vega as unknown as SceneGraph;

/**
 * The figure as SVG text.
 * @throws where Vega warns of anything: a warning stands for marks that are missing or misplaced
 */
export async function renderSvg(spec: Panel, fonts: Fonts): Promise<string> {
  const { spec: compiled } = compile(spec as unknown as TopLevelSpec, { logger: strictLogger() });
  // Without a canvas Vega guesses widths at 0.8 of the font size a character, far too wide.
  textMetrics.width = (item, text) =>
    fonts.width(String(text ?? ''), item.fontSize ?? 11, isBold(item.fontWeight));
  resetSVGDefIds();
  const view = new vega.View(vega.parse(compiled), { renderer: 'none', logger: strictLogger() });
  try {
    return `${await view.toSVG()}\n`;
  } finally {
    view.finalize();
  }
}

/** The SVG as PNG, drawn with these fonts and no others, `zoom` pixels for each of its own. */
export function renderPng(svg: string, fonts: Fonts, zoom: number): Uint8Array {
  const image = new Resvg(svg, {
    font: { loadSystemFonts: false, fontFiles: [...fonts.files], defaultFontFamily: 'DejaVu Sans' },
    fitTo: { mode: 'zoom', value: zoom },
  });
  return image.render().asPng();
}

const isBold = (weight: string | number | null | undefined): boolean =>
  weight === 'bold' || Number(weight) >= 600;

function strictLogger(): vega.LoggerInterface {
  const refuse = (...parts: readonly unknown[]): never => {
    throw new Error(`the figure's specification is faulty: ${parts.map(String).join(' ')}`);
  };
  const quiet = () => logger;
  const logger: vega.LoggerInterface = {
    level: (level?: number) => (level === undefined ? vega.Warn : logger),
    error: refuse,
    warn: refuse,
    info: quiet,
    debug: quiet,
  };
  return logger;
}
