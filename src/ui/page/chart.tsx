/** A metric over the work done: one line, its range written beside it. */
import type { JSX } from 'preact';
import { metric } from '../../report/measures.ts';
import type { Curve } from '../../report/progress.ts';

const [WIDTH, HEIGHT] = [320, 96];
const EDGE = { left: 52, right: 8, top: 8, bottom: 18 } as const;

export function Chart({ curve }: { curve: Curve }): JSX.Element | null {
  const points = curve.points.filter(([, value]) => Number.isFinite(value));
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return null;
  const values = points.map(([, value]) => value);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const x = scale([first[0], last[0]], [EDGE.left, WIDTH - EDGE.right]);
  const y = scale([low, high], [HEIGHT - EDGE.bottom, EDGE.top]);
  const line = points.map(([done, value]) => `${x(done).toFixed(1)},${y(value).toFixed(1)}`).join(' ');
  const said = `${curve.metric}: from ${metric(first[1])} to ${metric(last[1])} between ${curve.unit} ${first[0]} and ${last[0]}`;
  return (
    <figure class="chart">
      <figcaption>
        {curve.metric} <strong>{metric(last[1])}</strong>
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={said}>
        <path class="axis" d={`M${EDGE.left},${EDGE.top}V${HEIGHT - EDGE.bottom}H${WIDTH - EDGE.right}`} />
        <text x={EDGE.left - 5} y={y(high) + 4} text-anchor="end">
          {metric(high)}
        </text>
        {low < high && (
          <text x={EDGE.left - 5} y={y(low) + 4} text-anchor="end">
            {metric(low)}
          </text>
        )}
        <text x={EDGE.left} y={HEIGHT - 4}>
          {first[0]}
        </text>
        <text x={WIDTH - EDGE.right} y={HEIGHT - 4} text-anchor="end">
          {last[0]} {curve.unit}
        </text>
        {points.length === 1 ? (
          <circle cx={x(first[0])} cy={y(first[1])} r={3} />
        ) : (
          <polyline points={line} />
        )}
      </svg>
    </figure>
  );
}

/** Linear; a single value stands in the middle. */
function scale(
  [low, high]: readonly [number, number],
  [from, to]: readonly [number, number],
): (value: number) => number {
  return high > low ? (value) => from + ((value - low) / (high - low)) * (to - from) : () => (from + to) / 2;
}
