import type { Claim } from '../proposition.ts';
import { capacity } from './capacity.ts';
import { confidentTraining, errorGaps, testErrors } from './errors.ts';
import { lossGaps, testLosses, trainingLosses } from './losses.ts';
import { indecisiveMistakes, margins } from './margins.ts';
import { probabilities } from './probabilities.ts';
import { deeperRepeats, fgsmRepeats } from './repeats.ts';
import { robustness } from './robustness.ts';
import { accumulatedStds, singularValues } from './spectra.ts';
import { lossVariations, variationOfMistakes } from './variation.ts';

/** Every claim of the paper that is judged, in order. @param levels of spectral control */
export const claimsOf = (levels: readonly number[]): readonly Claim[] => [
  lossGaps,
  trainingLosses,
  testLosses,
  testErrors,
  errorGaps,
  margins,
  singularValues,
  lossVariations,
  capacity(levels),
  fgsmRepeats,
  robustness,
  probabilities,
  indecisiveMistakes,
  accumulatedStds,
  deeperRepeats,
  confidentTraining,
  variationOfMistakes,
];
