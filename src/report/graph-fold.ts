/** The graph as it is drawn, and grids folded into one node each. Pure. */
import { duration, multiplyAdds } from './measures.ts';

export type DrawnState = 'fresh' | 'stale' | 'pending' | 'failed';

export interface DrawnNode {
  readonly name: string;
  /** The step's name with its cell's values replaced by their axes: `train/ar-{epsilon}/seed-{rep}`. */
  readonly group: string;
  readonly cell?: Readonly<Record<string, string | number | boolean>>;
  readonly state?: DrawnState;
  /** Expected time; of a folded node the sum over its steps, null where one of them is not known. */
  readonly estimatedMs?: number | null;
  /** Multiply-adds, where the pipeline says so; summed likewise. */
  readonly work?: number;
  /** Of a folded node: how many steps it stands for, and how many are in which state. */
  readonly count?: number;
  readonly states?: Readonly<Partial<Record<DrawnState, number>>>;
}

/** An edge goes from a step to one that needs it. */
export interface DrawnGraph {
  readonly nodes: readonly DrawnNode[];
  readonly edges: readonly (readonly [from: string, to: string])[];
}

/**
 * One node for all steps of a group; a group of one step stays that step. Edges between the same two nodes become one,
 * edges within a group vanish.
 */
export function foldGraph(graph: DrawnGraph): DrawnGraph {
  const groups = new Map<string, DrawnNode[]>();
  for (const node of graph.nodes) {
    const members = groups.get(node.group);
    if (members) members.push(node);
    else groups.set(node.group, [node]);
  }
  const nodes: DrawnNode[] = [];
  const nameOf = new Map<string, string>();
  for (const [group, members] of groups) {
    const node = members.length === 1 ? members[0]! : foldedNode(group, members);
    nodes.push(node);
    for (const member of members) nameOf.set(member.name, node.name);
  }
  const edges = new Map<string, readonly [string, string]>();
  for (const [from, to] of graph.edges) {
    const edge = [nameOf.get(from) ?? from, nameOf.get(to) ?? to] as const;
    if (edge[0] !== edge[1]) edges.set(edge.join('\n'), edge);
  }
  return { nodes, edges: [...edges.values()] };
}

function foldedNode(group: string, members: readonly DrawnNode[]): DrawnNode {
  const states: Partial<Record<DrawnState, number>> = {};
  for (const { state } of members) if (state) states[state] = (states[state] ?? 0) + 1;
  const total = members.reduce<number | null>(
    (sum, { estimatedMs }) => (sum === null || typeof estimatedMs !== 'number' ? null : sum + estimatedMs),
    0,
  );
  const work = members.reduce((sum, member) => sum + (member.work ?? 0), 0);
  return {
    name: group,
    group,
    count: members.length,
    states,
    estimatedMs: total,
    ...(work > 0 ? { work } : {}),
  };
}

const URGENCY: readonly DrawnState[] = ['failed', 'stale', 'pending', 'fresh'];

/** The state that matters most in a node, or undefined where none is known. */
export function stateOf({ state, states }: DrawnNode): DrawnState | undefined {
  return state ?? URGENCY.find((candidate) => (states?.[candidate] ?? 0) > 0);
}

/** What stands beside a node's name: `x9`, `2 stale, 7 fresh`; fresh alone goes without saying. */
export function notesOf(node: DrawnNode): string[] {
  const notes = node.count === undefined ? [] : [`x${node.count}`];
  const known = URGENCY.filter((state) => (node.states?.[state] ?? 0) > 0);
  if (node.state && node.state !== 'fresh') notes.push(node.state);
  if (known.length === 1 && known[0] !== 'fresh') notes.push(known[0]!);
  if (known.length > 1) notes.push(known.map((state) => `${node.states![state]!} ${state}`).join(', '));
  if (known.length > 0 ? known.some((state) => state !== 'fresh') : node.state && node.state !== 'fresh')
    notes.push(...costOf(node));
  return notes;
}

function costOf({ estimatedMs, work }: DrawnNode): string[] {
  if (typeof estimatedMs === 'number') return estimatedMs >= 1000 ? [`~${duration(estimatedMs)}`] : [];
  return work === undefined ? [] : [multiplyAdds(work)];
}
