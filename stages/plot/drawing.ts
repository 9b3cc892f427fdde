/** Drawings in the plane, without axes: paths, marks and words, one unit as long to the right as upwards. */
import { framed, panelSize, type Panel, type PanelTitle } from './frame.ts';

export type Place = readonly [x: number, y: number];

export interface Path {
  readonly kind: 'path';
  readonly name: string;
  readonly places: readonly Place[];
  readonly colour: string;
  readonly width?: number;
  readonly dash?: readonly number[];
}
export interface Marks {
  readonly kind: 'marks';
  readonly name: string;
  readonly places: readonly Place[];
  readonly colour: string;
  readonly shape: string;
  readonly hollow?: boolean;
  readonly size?: number;
}
export interface Words {
  readonly kind: 'words';
  /** What they say. */
  readonly name: string;
  readonly places: readonly [Place];
  readonly align?: 'left' | 'center' | 'right';
  readonly colour?: string;
}
export type Element = Path | Marks | Words;

/** Pixels of a unit: the frame is 6.6 units wide and 4.1 high. */
const unit = 50;
export const extent: Place = [panelSize.width / unit, panelSize.height / unit];

export function drawingPanel(title: PanelTitle, elements: readonly Element[]): Panel {
  return { ...framed(title), layer: elements.map(layerOf) };
}

function layerOf(element: Element): Panel {
  const axis = (field: 'x' | 'y', length: number) => ({
    field,
    type: 'quantitative',
    axis: null,
    scale: { domain: [0, length], nice: false },
  });
  const values = element.places.map(([x, y], order) => ({ x, y, order }));
  const place = { x: axis('x', extent[0]), y: axis('y', extent[1]) };
  return { data: { values }, ...markOf(element, place) };
}

function markOf(element: Element, place: Panel): Panel {
  switch (element.kind) {
    case 'path': {
      const { colour, width = 1.5, dash = [1, 0] } = element;
      return {
        mark: {
          type: 'line',
          stroke: colour,
          strokeWidth: width,
          strokeDash: [...dash],
          clip: true,
        },
        encoding: { ...place, order: { field: 'order', type: 'quantitative' } },
      };
    }
    case 'marks': {
      const { colour, shape, hollow = false, size = 50 } = element;
      const fill = hollow ? 'white' : colour;
      return {
        mark: { type: 'point', shape, size, stroke: colour, fill, strokeWidth: 1.4, opacity: 1 },
        encoding: place,
      };
    }
    case 'words': {
      const { name, align = 'center', colour = '#222222' } = element;
      const text = { type: 'text', text: name, align, fontSize: 12, baseline: 'middle' };
      // A white rim keeps words readable on lines.
      const rim = { ...text, color: 'white', stroke: 'white', strokeWidth: 5 };
      return { encoding: place, layer: [{ mark: rim }, { mark: { ...text, color: colour } }] };
    }
  }
}

/** What is drawn, for the CSV file: a row a place. */
export const placeColumns = ['panel', 'kind', 'name', 'order', 'x', 'y'] as const;
export function placeRows(panel: string, elements: readonly Element[]) {
  return elements.flatMap(({ kind, name, places }) =>
    places.map(([x, y], order) => ({ panel, kind, name, order, x, y })),
  );
}
