/** The tables of a benchmark, in Markdown. Pure. */
import type { Cost } from './measure.ts';
import type { Shape } from './studies.ts';

export interface GridResult {
  readonly steps: number;
  readonly costs: ReadonlyMap<string, Cost>;
}

export interface ShapeResult {
  readonly shape: Shape;
  readonly steps: number;
  readonly cold: Cost;
  readonly noop: Cost;
}

const count = (value: number): string => value.toLocaleString('en-US');
const seconds = (value: number): string => (value < 10 ? value.toFixed(2) : value.toFixed(1));
const megabytes = (value: number | undefined): string =>
  value === undefined ? '' : `, ${value.toFixed(0)} MB`;

/** `0.25 s (0.24 cpu, 90 MB)`. */
const cell = (cost: Cost | undefined): string =>
  cost ? `${seconds(cost.wall)} s (${seconds(cost.cpu)} cpu${megabytes(cost.memory)})` : '';

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const rule = head.map((_, i) => (i === 0 ? '---' : '---:'));
  return [head, rule, ...rows].map(row).join('\n');
}

/** Columns are sizes; the last says how time grows beside the number of steps, where there are several. */
export function gridReport(
  grids: readonly GridResult[],
  start: { readonly node: Cost; readonly help: Cost },
): string {
  const [first, last] = [grids[0], grids.at(-1)];
  if (!first || !last) return '';
  const names = [...new Set(grids.flatMap(({ costs }) => [...costs.keys()]))];
  const isGrowth = grids.length > 1;
  const growth = (name: string): string => {
    const [from, to] = [first.costs.get(name), last.costs.get(name)];
    return from && to ? `${(to.wall / from.wall).toFixed(1)} x` : '';
  };
  const rows = names.map((name) => [
    name,
    ...grids.map(({ costs }) => cell(costs.get(name))),
    ...(isGrowth ? [growth(name)] : []),
  ]);
  const head = [
    'seconds by the clock (processor time, memory of the main process)',
    ...grids.map(({ steps }) => `${count(steps)} steps`),
    ...(isGrowth ? [`${(last.steps / first.steps).toFixed(0)} x the steps take`] : []),
  ];
  return `${table(head, rows)}\n\n\`node -e 0\` takes ${cell(start.node)}, \`ar-pipe --help\` ${cell(start.help)}.`;
}

const shapeNames: Readonly<Record<Shape, string>> = {
  grid: 'a grid of chains',
  commands: 'a grid of shell commands',
  wide: 'one step that all others need',
  chain: 'one chain',
  targets: 'every step a target',
};

export function shapesReport(shapes: readonly ShapeResult[]): string {
  if (shapes.length === 0) return '';
  const rows = shapes.map(({ shape, steps, cold, noop }) => [
    shapeNames[shape],
    count(steps),
    cell(cold),
    cell(noop),
  ]);
  return table(['shape', 'steps', 'cold run', 'no-op run'], rows);
}
