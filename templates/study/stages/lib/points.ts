/** Points of the plane as CSV: a heading, then `x,y` on each line. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Throws where a line is not two numbers. */
export function parsePoints(csv: string): Point[] {
  const [, ...lines] = csv.trim().split('\n');
  return lines.map((line, i) => {
    const [x = NaN, y = NaN, ...more] = line
      .split(',')
      .map((text) => (text.trim() === '' ? NaN : Number(text)));
    if (more.length > 0 || Number.isNaN(x + y)) throw new Error(`line ${i + 2} is not two numbers: ${line}`);
    return { x, y };
  });
}

export const formatPoints = (points: readonly Point[]): string =>
  ['x,y', ...points.map(({ x, y }) => `${x},${y}`), ''].join('\n');
