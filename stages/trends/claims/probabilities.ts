/** Claim xii: estimated probabilities move to middle values, though most stay at the ends. */
import { middleProbabilities } from '../measures.ts';
import { allOn, level, rises, type Claim, type Proposition } from '../proposition.ts';
import type { Role } from '../roles.ts';

const delta = { value: 0.01, why: 'one picture in a hundred: less does not show in figure 5a' };

const parts = [
  rises('share of probabilities from 0.1 to 0.9 rises', middleProbabilities, { delta }),
  level(
    'at the strongest attack it is below one half',
    (runs, sampler) => middleProbabilities(runs.at(-1)!, sampler).map((share) => 0.5 - share),
    { delta },
  ),
];
export const probabilitiesMoveInwards = (role: Role): Proposition => allOn(role, parts);

export const probabilities: Claim = {
  id: 'xii',
  words: 'estimated probabilities move to middle values, most stay at the ends',
  on: { main: probabilitiesMoveInwards('main') },
  controls: [],
};
