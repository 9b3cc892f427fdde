/** Where the nodes and edges of a drawn graph stand, in pixels: layers by Sugiyama's method (dagre). Pure. */
import { Graph, layout } from '@dagrejs/dagre';
import { edgePath, layersOf, type Box, type Direction, type Point } from './edge-path.ts';
import { textSizes } from './graph-sizes.ts';
import { notesOf, stateOf, type DrawnGraph, type DrawnNode } from './graph-fold.ts';

export interface PlacedNode {
  readonly node: DrawnNode;
  /** Upper left corner. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** The name in lines that fit: the kind of work first, then the rest of the path. */
  readonly title: string;
  readonly lines: readonly string[];
  /** Last line: how many steps, in which states; colour alone would not tell everybody. Empty where nothing is known. */
  readonly note: string;
}

export interface PlacedEdge {
  readonly from: string;
  readonly to: string;
  /** SVG path data, from the upstream node to the one that needs it. */
  readonly path: string;
}

export interface PlacedGraph {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
}

const LONGEST_LINE = 28;
/** Width of a character over its size, in the widest of the usual sans-serif fonts. */
const CHARACTER = 0.62;
const MARGIN = 12;

/** `across`: results to the right of what they need; `down`: below. */
export function layoutGraph(drawn: DrawnGraph, direction: Direction = 'across'): PlacedGraph {
  const graph = new Graph({ directed: true });
  graph.setGraph({
    rankdir: direction === 'across' ? 'LR' : 'TB',
    nodesep: 18,
    ranksep: direction === 'across' ? 64 : 44,
    marginx: MARGIN,
    marginy: MARGIN,
  });
  graph.setDefaultEdgeLabel(() => ({}));
  const labels = drawn.nodes.map((node) => ({ node, ...labelOf(node) }));
  for (const { node, width, height } of labels) graph.setNode(node.name, { width, height });
  for (const [from, to] of drawn.edges) graph.setEdge(from, to);
  layout(graph);
  const boxOf = (name: string): Box => graph.node(name) as Box;
  const layers = layersOf(
    drawn.nodes.map(({ name }) => boxOf(name)),
    direction,
  );
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  return {
    width: labels.length === 0 ? 0 : Math.ceil(width),
    height: labels.length === 0 ? 0 : Math.ceil(height),
    nodes: labels.map((label) => {
      const { x, y } = graph.node(label.node.name) as Point;
      return { ...label, x: round(x - label.width / 2), y: round(y - label.height / 2) };
    }),
    edges: drawn.edges.map(([from, to]) => {
      const bends = (graph.edge(from, to) as { points: readonly Point[] }).points.slice(1, -1);
      return { from, to, path: edgePath(boxOf(from), boxOf(to), bends, layers, direction) };
    }),
  };
}

function labelOf(node: DrawnNode): Omit<PlacedNode, 'node' | 'x' | 'y'> {
  const [title = '', ...rest] = node.name.split('/');
  const lines = wrapPath(rest);
  const note = [...notesOf(node), ...(stateOf(node) === 'fresh' ? ['fresh'] : [])].join(' · ');
  const { titleSize, lineSize, lineHeight, padding } = textSizes;
  const widest = Math.max(
    title.length * titleSize * 1.08,
    ...[...lines, note].map((line) => line.length * lineSize),
  );
  return {
    title,
    lines,
    note,
    width: Math.ceil(widest * CHARACTER) + 2 * padding,
    height: (2 + lines.length) * lineHeight + 2 * padding - 4,
  };
}

/** Parts of a path joined into lines; a part that is too long by itself keeps its ends. */
function wrapPath(parts: readonly string[]): string[] {
  const lines: string[] = [];
  for (const part of parts.map(shortened)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + part.length <= LONGEST_LINE)
      lines[lines.length - 1] = `${last}/${part}`;
    else lines.push(part);
  }
  return lines.map((line, i) => (i < lines.length - 1 ? `${line}/` : line));
}

function shortened(part: string): string {
  const half = Math.floor((LONGEST_LINE - 1) / 2);
  return part.length <= LONGEST_LINE ? part : `${part.slice(0, half)}…${part.slice(-half)}`;
}

const round = (n: number): number => Math.round(n * 10) / 10;
