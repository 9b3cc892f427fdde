/** The graph with its grids folded, each node in the state its steps are in now. */
import type { JSX } from 'preact';
import { textSizes } from '../../report/graph-sizes.ts';
import type { PlacedGraph, PlacedNode } from '../../report/graph-layout.ts';
import { hashOf } from './route.ts';
import { shownNode, type ShownNode, type ShownStep } from './states.ts';

const { titleSize, lineSize, lineHeight, padding } = textSizes;
/** Nothing smaller can be read. */
const SMALLEST = 0.72;
const LARGEST = 1;

interface GraphProps {
  readonly graph: PlacedGraph;
  readonly steps: readonly ShownStep[];
  readonly now: number;
  /** Name of the node that is shown beside it. */
  readonly open: string | undefined;
}

export function Graph({ graph, steps, now, open }: GraphProps): JSX.Element {
  const members = new Map<string, ShownStep[]>();
  for (const step of steps) {
    const known = members.get(step.node);
    if (known) known.push(step);
    else members.set(step.node, [step]);
  }
  const { width, height } = graph;
  return (
    <div class="graph" style={{ '--least': `${width * SMALLEST}px`, '--most': `${width * LARGEST}px` }}>
      <svg viewBox={`0 0 ${width} ${height}`} role="group" aria-label="Graph of the pipeline">
        <defs>
          <marker
            id="arrow"
            viewBox="0 0 8 8"
            refX="7"
            refY="4"
            markerWidth="7"
            markerHeight="7"
            orient="auto"
          >
            <path d="M0,0.5L8,4L0,7.5Z" />
          </marker>
        </defs>
        <g class="edges" aria-hidden="true">
          {graph.edges.map(({ from, to, path }) => (
            <path key={`${from} ${to}`} d={path} marker-end="url(#arrow)" />
          ))}
        </g>
        {graph.nodes.map((placed) => (
          <Node
            key={placed.node.name}
            placed={placed}
            shown={shownNode(members.get(placed.node.name) ?? [], now)}
            isOpen={placed.node.name === open}
          />
        ))}
      </svg>
    </div>
  );
}

interface NodeProps {
  readonly placed: PlacedNode;
  readonly shown: ShownNode;
  readonly isOpen: boolean;
}

function Node({ placed, shown, isOpen }: NodeProps): JSX.Element {
  const { x, y, width, height, node, title, lines } = placed;
  const left = x + padding;
  const baseline = (row: number): number => y + padding + 9 + row * lineHeight;
  const kind = node.count === undefined ? 'step' : 'node';
  const box = { width, height, rx: 6 };
  return (
    <a
      class={`node ${shown.state}${isOpen ? ' open' : ''}`}
      href={hashOf({ tab: 'graph', open: { kind, name: node.name } })}
      aria-current={isOpen ? 'true' : undefined}
    >
      {kind === 'node' && <rect {...box} x={x + 4} y={y + 4} class="behind" />}
      <rect {...box} x={x} y={y} />
      <text x={left} y={baseline(0)} font-size={titleSize} class="title">
        {title}
      </text>
      {lines.map((line, i) => (
        <text key={line} x={left} y={baseline(i + 1)} font-size={lineSize}>
          {line}
        </text>
      ))}
      <text x={left} y={baseline(lines.length + 1)} font-size={lineSize} class="note">
        {shorten(shown.note, width - 2 * padding)}
      </text>
      {shown.state === 'running' && (
        <rect
          class="done"
          x={x + 2}
          y={y + height - 5}
          width={(width - 4) * shown.done}
          height={3}
          rx={1.5}
        />
      )}
    </a>
  );
}

function shorten(text: string, width: number): string {
  const room = Math.floor(width / (lineSize * 0.55));
  return text.length <= room ? text : `${text.slice(0, Math.max(1, room - 1))}…`;
}
