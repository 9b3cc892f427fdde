/** The font of all figures, given as files so that a figure's bytes do not depend on the machine's fonts. */
import { readFileSync } from 'node:fs';
import opentype from 'opentype.js';

/** Verdana stands in where DejaVu Sans is not installed: its glyphs have nearly the same widths. */
export const fontFamily = 'DejaVu Sans, Verdana, sans-serif';

/** What every figure needs. */
export const fontNeeds = { font: 'DejaVuSans.ttf', boldFont: 'DejaVuSans-Bold.ttf' } as const;

export interface Fonts {
  /** Paths of the font files: regular, bold. */
  readonly files: readonly [regular: string, bold: string];
  /** Width of a text in pixels at a font size in pixels. */
  readonly width: (text: string, size: number, bold: boolean) => number;
}

/** @throws where a file is not a font */
export function loadFonts({ font, boldFont }: Readonly<Record<keyof typeof fontNeeds, string>>): Fonts {
  const faces = { regular: face(font), bold: face(boldFont) };
  return {
    files: [font, boldFont],
    width: (text, size, bold) => size * (bold ? faces.bold : faces.regular)(text),
  };
}

/** Width of a text at size 1: the sum of its glyphs' advances. */
function face(path: string): (text: string) => number {
  const bytes = readFileSync(path);
  const font = opentype.parse(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  return (text) => {
    let units = 0;
    for (const character of text) units += font.charToGlyph(character).advanceWidth ?? 0;
    return units / font.unitsPerEm;
  };
}
