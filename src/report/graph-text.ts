/**
 * The graph as an indented tree: results first, under each what it needs. What was drawn before is named again, not
 * drawn again. Pure.
 */
import { notesOf, type DrawnGraph, type DrawnNode } from './graph-fold.ts';

/** Deeper parts start a tree of their own, so that lines stay within a terminal and chains of thousands can be drawn. */
const DEEPEST = 10;

export function graphText(graph: DrawnGraph): string {
  const byName = new Map(graph.nodes.map((node) => [node.name, node]));
  const needs = new Map<string, DrawnNode[]>(graph.nodes.map(({ name }) => [name, []]));
  const needed = new Set<string>();
  for (const [from, to] of graph.edges) {
    const node = byName.get(from);
    if (!node) continue;
    needs.get(to)?.push(node);
    needed.add(from);
  }
  const lines: string[] = [];
  const drawn = new Set<string>();
  let roots = graph.nodes.filter(({ name }) => !needed.has(name)).reverse();
  while (drawn.size < byName.size) {
    // Folding may close a circle that no result stands above; its members are drawn from the last one.
    if (roots.length === 0) roots = graph.nodes.filter(({ name }) => !drawn.has(name)).slice(-1);
    const cut: DrawnNode[] = [];
    for (const root of roots) if (!drawn.has(root.name)) draw(root, '', '', 0, cut);
    roots = cut;
  }
  return lines.length > 0 ? `${lines.join('\n')}\n` : '';

  function draw(node: DrawnNode, first: string, rest: string, depth: number, cut: DrawnNode[]): void {
    const children = needs.get(node.name) ?? [];
    const again = drawn.has(node.name) && children.length > 0;
    const below = !again && depth === DEEPEST && children.length > 0;
    const remark = again ? ['(above)'] : below ? ['(below)'] : [];
    lines.push(first + [node.name, ...notesOf(node), ...remark].join('  '));
    if (again) return;
    if (below) {
      cut.push(node);
      return;
    }
    drawn.add(node.name);
    children.forEach((child, i) => {
      const last = i === children.length - 1;
      draw(child, rest + (last ? '└─ ' : '├─ '), rest + (last ? '   ' : '│  '), depth + 1, cut);
    });
  }
}
