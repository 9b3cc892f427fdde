/**
 * Figure 2b, our own drawing: the segment from a boundary point x′ to an example x, cut where units of a net of rectifiers
 * switch (Lemma 3.1). On each piece the net is linear.
 */
import { extent, type Element, type Place } from './drawing.ts';

const start: Place = [0.75, 0.75];
const end: Place = [5.85, 3.1];

/** Where units switch: lines from the lower border to the upper one, each by its two x. */
const borders = [
  [1.2, 2.2],
  [3.4, 2.3],
  [2.9, 5.1],
  [6.2, 4.2],
] as const;

const [right, up] = [end[0] - start[0], end[1] - start[1]];
const along = (s: number): Place => [start[0] + s * right, start[1] + s * up];

/** Share of the segment at which it meets a border. */
function crossing([low, high]: readonly [number, number]): number {
  const slope = (high - low) / extent[1];
  return (low + slope * start[1] - start[0]) / (right - slope * up);
}

/** 0 = s_0 < s_1 < … < s_n = 1. */
export const cuts: readonly number[] = [0, ...borders.map(crossing).sort((a, b) => a - b), 1];

const subscript = (index: number): string => String.fromCodePoint('₀'.codePointAt(0)! + index);
const length = Math.hypot(right, up);
/** Beside the segment: above it on the left for a positive offset. */
const beside = (s: number, offset: number): Place => {
  const [x, y] = along(s);
  return [x - (offset * up) / length, y + (offset * right) / length];
};

export const linearRegions: readonly Element[] = [
  ...borders.map(([low, high], i): Element => ({
    ...{ kind: 'path', name: `unit ${i + 1} switches`, colour: '#999999', width: 1, dash: [4, 3] },
    places: [
      [low, 0],
      [high, extent[1]],
    ],
  })),
  ...cuts.slice(1).flatMap((s, j): Element[] => {
    const before = cuts[j]!;
    const colour = j % 2 === 0 ? '#0072B2' : '#E69F00';
    return [
      { kind: 'path', name: `piece ${j + 1}`, places: [along(before), along(s)], colour, width: 4 },
      { kind: 'words', name: `q${subscript(j + 1)}`, places: [beside((before + s) / 2, 0.32)] },
    ];
  }),
  { kind: 'marks', name: 'cuts', places: cuts.map(along), colour: '#222222', shape: 'circle', size: 36 },
  ...cuts.map((s, j): Element => ({ kind: 'words', name: `s${subscript(j)}`, places: [beside(s, -0.32)] })),
  { kind: 'words', name: 'x′', places: [[start[0] - 0.25, start[1] + 0.08]] },
  { kind: 'words', name: 'x', places: [[end[0] + 0.25, end[1] + 0.08]] },
];
