/** The graph in Graphviz' language. Pure. */
import { notesOf, stateOf, type DrawnGraph, type DrawnState } from './graph-fold.ts';

const COLORS: Readonly<Record<DrawnState, string>> = {
  fresh: '#e6f4ea',
  stale: '#fef7e0',
  pending: '#f1f3f4',
  failed: '#fce8e6',
};

export function graphDot(graph: DrawnGraph): string {
  const lines = [
    'digraph pipeline {',
    '  rankdir=LR;',
    '  node [shape=box, style="rounded,filled", fillcolor="#ffffff", fontname="Helvetica"];',
  ];
  for (const node of graph.nodes) {
    const notes = notesOf(node);
    const state = stateOf(node);
    const attributes = [
      ...(notes.length > 0 ? [`label=${quote([node.name, ...notes].join('\n'))}`] : []),
      ...(state ? [`fillcolor="${COLORS[state]}"`] : []),
    ];
    lines.push(`  ${quote(node.name)}${attributes.length > 0 ? ` [${attributes.join(', ')}]` : ''};`);
  }
  for (const [from, to] of graph.edges) lines.push(`  ${quote(from)} -> ${quote(to)};`);
  return `${lines.join('\n')}\n}\n`;
}

const quote = (text: string): string =>
  `"${text.replace(/[\\"]/g, (character) => `\\${character}`).replaceAll('\n', '\\n')}"`;
