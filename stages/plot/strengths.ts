/** How a strength of adversarial training looks: the same in every figure. */

export interface Look {
  readonly colour: string;
  /** Lengths of dashes and gaps, so that lines differ without colour too. */
  readonly dash: readonly number[];
  readonly shape: string;
}

/** Okabe & Ito's colours, told apart by colour-blind readers and, by lightness, in grey. */
const fixed: Readonly<Record<number, Look>> = {
  0: { colour: '#666666', dash: [2, 2], shape: 'cross' },
  4: { colour: '#56B4E9', dash: [1, 0], shape: 'circle' },
  8: { colour: '#E69F00', dash: [6, 2], shape: 'square' },
  16: { colour: '#882255', dash: [3, 2], shape: 'triangle-up' },
};
const others: readonly Look[] = [
  { colour: '#009E73', dash: [8, 2, 2, 2], shape: 'diamond' },
  { colour: '#0072B2', dash: [4, 4], shape: 'triangle-down' },
  { colour: '#CC79A7', dash: [1, 2], shape: 'stroke' },
];

/** Scales for these strengths (in 1/255, rising), as Vega-Lite encodings name them, and the shape of each one's marks. */
export function strengthScales(strengths: readonly number[]) {
  let spare = 0;
  const looks = strengths.map((strength) => fixed[strength] ?? others[spare++ % others.length]!);
  const domain = strengths.map(strengthLabel);
  return {
    color: { domain, range: looks.map(({ colour }) => colour) },
    strokeDash: { domain, range: looks.map(({ dash }) => [...dash]) },
    shape: looks.map(({ shape }) => shape),
  };
}
export type StrengthScales = ReturnType<typeof strengthScales>;

/** Text of a strength in legends, such as `8/255`. */
export const strengthLabel = (strength: number): string => (strength === 0 ? 'none' : `${strength}/255`);
