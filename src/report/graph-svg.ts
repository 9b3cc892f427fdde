/** The graph as one self-contained SVG. No background, so that it suits light and dark pages alike. Pure. */
import { stateOf, type DrawnGraph, type DrawnState } from './graph-fold.ts';
import { layoutGraph, type PlacedEdge, type PlacedNode } from './graph-layout.ts';
import { textSizes } from './graph-sizes.ts';

interface Colours {
  readonly fill: string;
  readonly stroke: string;
}

const COLOURS: Readonly<Record<DrawnState, Colours>> = {
  fresh: { fill: '#e6f4ea', stroke: '#34a853' },
  stale: { fill: '#fef7e0', stroke: '#f9ab00' },
  pending: { fill: '#eef1f5', stroke: '#7b8794' },
  failed: { fill: '#fce8e6', stroke: '#d93025' },
};
const UNKNOWN: Colours = { fill: '#f6f8fa', stroke: '#7b8794' };
const TEXT = '#202124';
const FAINT_TEXT = '#4a5058';
/** Grey that stands out from white as from black. */
const EDGE = '#848d97';
const FONTS = "system-ui, 'DejaVu Sans', 'Segoe UI', Helvetica, Arial, sans-serif";

/** `title` names the picture for those who do not see it, as in `study, profile quick`. */
export function graphSvg(drawn: DrawnGraph, title: string): string {
  const { width, height, nodes, edges } = layoutGraph(drawn);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="${FONTS}">`,
    `<title>${escape(title)}</title>`,
    `<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0,0.5L8,4L0,7.5Z" fill="${EDGE}"/></marker></defs>`,
    `<g fill="none" stroke="${EDGE}" stroke-width="1.3">`,
    ...edges.map(edgeSvg),
    '</g>',
    ...nodes.map(nodeSvg),
    '</svg>',
    '',
  ].join('\n');
}

const edgeSvg = ({ path }: PlacedEdge): string => `<path d="${path}" marker-end="url(#arrow)"/>`;

function nodeSvg(placed: PlacedNode): string {
  const { x, y, width, height, node, title, lines, note } = placed;
  const { titleSize, lineSize, lineHeight, padding } = textSizes;
  const state = stateOf(node);
  const { fill, stroke } = state ? COLOURS[state] : UNKNOWN;
  const text = (line: string, row: number, style: string): string =>
    line === ''
      ? ''
      : `<text x="${x + padding}" y="${y + padding + 8 + row * lineHeight}" ${style}>${escape(line)}</text>`;
  return [
    `<g><title>${escape(node.name)}</title>`,
    // A folded grid looks like the stack of sheets that it is.
    ...(node.count === undefined
      ? []
      : [boxSvg({ x: x + 4, y: y + 4, width, height }, fill, stroke, ' opacity="0.6"')]),
    boxSvg(placed, fill, stroke),
    text(title, 0, `font-size="${titleSize}" font-weight="600" fill="${TEXT}"`),
    ...lines.map((line, i) => text(line, i + 1, `font-size="${lineSize}" fill="${TEXT}"`)),
    text(note, lines.length + 1, `font-size="${lineSize}" fill="${FAINT_TEXT}"`),
    '</g>',
  ].join('');
}

const boxSvg = (
  { x, y, width, height }: Pick<PlacedNode, 'x' | 'y' | 'width' | 'height'>,
  fill: string,
  stroke: string,
  more = '',
): string =>
  `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="6" fill="${fill}" stroke="${stroke}" stroke-width="1.3"${more}/>`;

const escape = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
