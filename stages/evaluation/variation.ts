/** How much an attack raises the loss of each picture (section B.5, figure 8, table 1). */
import { distributionOf } from '../lib/statistics.ts';
import type { VariationAttack, VariationRow } from '../results/variation-table.ts';

/** One line for all pictures, one for those right and one for those wrong without attack; a group without pictures has none. */
export function variationRows(
  attack: VariationAttack,
  correct: Uint8Array,
  variation: Float32Array,
): VariationRow[] {
  const groups = {
    all: variation,
    right: variation.filter((_, i) => correct[i] === 1),
    wrong: variation.filter((_, i) => correct[i] === 0),
  };
  return (Object.keys(groups) as (keyof typeof groups)[])
    .filter((group) => groups[group].length > 0)
    .map((examplesOf) => {
      const { count: examples, mean, std } = distributionOf(groups[examplesOf]);
      return { ...attack, examplesOf, examples, mean, std };
    });
}
