/** How a strength of adversarial training looks: the same in every figure. */
import { scalesOf, type Look, type Scales } from './looks.ts';

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

/** What an axis or a legend of strengths says. */
export const strengthTitle = 'AR strength (maximal perturbation in training)';

/** Scales for rows that name their strength (in 1/255, here rising) in `strength`. */
export function strengthScales(strengths: readonly number[], title: string = strengthTitle): Scales {
  let spare = 0;
  const lookOf = (strength: number): Look => fixed[strength] ?? others[spare++ % others.length]!;
  const looks = new Map(strengths.map((strength) => [strengthLabel(strength), lookOf(strength)]));
  return scalesOf(['strength', title, looks]);
}

/** Text of a strength, such as `8/255`. Ordinary training is our addition: the paper's weakest strength is 4/255. */
export const strengthLabel = (strength: number): string =>
  strength === 0 ? 'none (ours)' : `${strength}/255`;
