/**
 * Figure 2a, our own drawing: training against an attack of strength ε moves the decision boundary out of the ball around an
 * example, so that the instance margin v(x) (definition 6) is at least ε.
 */
import { extent, type Element, type Place } from './drawing.ts';

const example: Place = [2.6, 1.95];
/** Of the ball in the maximum norm, as the attack's is: a square. */
const strength = 0.75;

const heights = Array.from({ length: 121 }, (_, i) => (i / 120) * extent[1]);
const boundary = (xAt: (y: number) => number): Place[] => heights.map((y) => [xAt(y), y]);
const ordinary = boundary((y) => 3.05 + 0.62 * Math.sin(2.1 * y + 2.4));
const robust = boundary((y) => 4.05 + 0.3 * Math.sin(1.1 * y + 3.3));

const distance = ([x, y]: Place): number => Math.hypot(x - example[0], y - example[1]);
/** The place on a boundary nearest to the example, among those drawn. */
const nearest = (places: readonly Place[]): Place =>
  places.reduce((best, place) => (distance(place) < distance(best) ? place : best));

function ball([x, y]: Place, radius: number): Place[] {
  const corners = [
    [-1, -1],
    [1, -1],
    [1, 1],
    [-1, 1],
    [-1, -1],
  ] as const;
  return corners.map(([right, up]) => [x + radius * right, y + radius * up]);
}

/** The instance margins of the example, in units of the drawing. */
export const instanceMargins = {
  strength,
  ordinary: distance(nearest(ordinary)),
  robust: distance(nearest(robust)),
} as const;

const [foot, [x, y]] = [nearest(robust), example];

export const instanceMargin: readonly Element[] = [
  {
    kind: 'path',
    name: 'ball',
    places: ball(example, strength),
    colour: '#888888',
    width: 1,
  },
  {
    kind: 'path',
    name: 'boundary after ordinary training',
    places: ordinary,
    colour: '#E69F00',
    dash: [5, 3],
  },
  {
    kind: 'path',
    name: 'boundary after adversarial training',
    places: robust,
    colour: '#0072B2',
    width: 2.2,
  },
  { kind: 'path', name: 'instance margin', places: [example, foot], colour: '#222222' },
  {
    ...{ kind: 'marks', name: 'one class', colour: '#222222', shape: 'circle' },
    places: [example, [0.7, 0.6], [1.1, 3.2], [0.9, 2], [1.7, 0.5]],
  },
  {
    ...{ kind: 'marks', name: 'other class', colour: '#222222', shape: 'square', hollow: true },
    places: [
      [5.1, 0.5],
      [5.7, 2.3],
      [5.2, 3.5],
      [6.1, 1.3],
    ],
  },
  { kind: 'words', name: 'x', places: [[x - 0.18, y]] },
  { kind: 'words', name: 'v(x)', places: [[x + 0.36, y + 0.2]] },
  { kind: 'words', name: 'attack’s ball, ε', places: [[x, y + strength + 0.2]], align: 'right' },
  { kind: 'words', name: 'ordinary', places: [[2.42, 3.85]], align: 'right', colour: '#8a5f00' },
  { kind: 'words', name: 'adversarial', places: [[4.5, 3.85]], align: 'left', colour: '#0072B2' },
];
