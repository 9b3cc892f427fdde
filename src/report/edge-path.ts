/** The lines of a layered drawing: from the middle of a box's side, between the boxes of the layers passed, to the next. Pure. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A box by its middle; boxes of a layer have the same middle in the direction of the drawing. */
export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

export type Direction = 'across' | 'down';

/** Half the extent of the widest box of each layer, by the layer's place. */
export type Layers = ReadonlyMap<number, number>;

export function layersOf(boxes: readonly Box[], direction: Direction): Layers {
  const layers = new Map<number, number>();
  for (const box of boxes) {
    const { at } = turned(box, direction);
    const half = (direction === 'across' ? box.width : box.height) / 2;
    layers.set(Math.round(at), Math.max(half, layers.get(Math.round(at)) ?? 0));
  }
  return layers;
}

/**
 * SVG path data. Of the bends only those count that lie in a layer: there the line runs level past the boxes, and between
 * layers it swings from one height to the other.
 */
export function edgePath(
  from: Box,
  to: Box,
  bends: readonly Point[],
  layers: Layers,
  direction: Direction,
): string {
  const isAcross = direction === 'across';
  const halfOf = ({ width, height }: Box): number => (isAcross ? width : height) / 2;
  const [start, end] = [turned(from, direction), turned(to, direction)];
  // Folding may close a circle, and then one edge runs back.
  const forth = end.at >= start.at ? 1 : -1;
  const point = ({ at, off }: Turned): string =>
    isAcross ? `${round(at)},${round(off)}` : `${round(off)},${round(at)}`;
  let here: Turned = { at: start.at + forth * halfOf(from), off: start.off };
  let path = `M${point(here)}`;
  const level = (at: number): void => {
    if (at === here.at) return;
    here = { at, off: here.off };
    path += `L${point(here)}`;
  };
  const swing = (next: Turned): void => {
    const middle = (here.at + next.at) / 2;
    path += `C${[{ at: middle, off: here.off }, { at: middle, off: next.off }, next].map(point).join(' ')}`;
    here = next;
  };
  const halfLayer = ({ at }: Turned): number | undefined => layers.get(Math.round(at));
  level(start.at + forth * halfLayer(start)!);
  for (const bend of bends.map((each) => turned(each, direction))) {
    const half = halfLayer(bend);
    if (half === undefined) continue;
    swing({ at: bend.at - forth * half, off: bend.off });
    level(bend.at + forth * half);
  }
  swing({ at: end.at - forth * halfLayer(end)!, off: end.off });
  level(end.at - forth * halfOf(to));
  return path;
}

/** A place along the direction of the drawing, and off it. */
interface Turned {
  readonly at: number;
  readonly off: number;
}

const turned = ({ x, y }: Point, direction: Direction): Turned =>
  direction === 'across' ? { at: x, off: y } : { at: y, off: x };

const round = (n: number): number => Math.round(n * 10) / 10;
