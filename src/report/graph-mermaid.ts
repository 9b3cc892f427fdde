/** The graph as a Mermaid flowchart, for Markdown pages. Pure. */
import { notesOf, stateOf, type DrawnGraph, type DrawnState } from './graph-fold.ts';

const STYLES: Readonly<Record<DrawnState, string>> = {
  fresh: 'fill:#e6f4ea,stroke:#34a853,color:#202124',
  stale: 'fill:#fef7e0,stroke:#f9ab00,color:#202124',
  pending: 'fill:#f1f3f4,stroke:#9aa0a6,color:#202124',
  failed: 'fill:#fce8e6,stroke:#d93025,color:#202124',
};

export function graphMermaid(graph: DrawnGraph): string {
  const ids = new Map(graph.nodes.map(({ name }, i) => [name, `n${i}`]));
  const lines = ['flowchart LR'];
  const used = new Set<DrawnState>();
  for (const node of graph.nodes) {
    const state = stateOf(node);
    if (state) used.add(state);
    const label = [node.name, ...notesOf(node)].map(escape).join('<br/>');
    lines.push(`  ${ids.get(node.name)!}["${label}"]${state ? `:::${state}` : ''}`);
  }
  for (const [from, to] of graph.edges) {
    const ends = [ids.get(from), ids.get(to)];
    if (ends[0] !== undefined && ends[1] !== undefined) lines.push(`  ${ends[0]} --> ${ends[1]}`);
  }
  for (const state of used) lines.push(`  classDef ${state} ${STYLES[state]}`);
  return `${lines.join('\n')}\n`;
}

/** Within quotes Mermaid knows character codes only; `#` starts one. */
const escape = (text: string): string =>
  text.replace(/[#"<>&`\\{}]/g, (character) => `#${character.charCodeAt(0)};`);
