/** Claim xi, the manipulation check of all others: adversarial training made the nets robust. */
import { robustAccuracy, unconditionalRobustAccuracy } from '../measures.ts';
import { on, rises, type Claim } from '../proposition.ts';

const delta = {
  value: 0.02,
  why: 'two points: what 1,000 pictures and another seed move a robust accuracy by',
};

export const robustAccuracyRises = rises('robust accuracy rises', robustAccuracy, {
  delta,
  needs: ['attacked'],
});

export const robustness: Claim = {
  id: 'xi',
  words: 'increased adversarial robustness (figure 1c)',
  on: {
    main: on('main', robustAccuracyRises),
    other: on('other', robustAccuracyRises),
    wide: on('wide', robustAccuracyRises),
  },
  controls: [
    rises('robust accuracy of all pictures', unconditionalRobustAccuracy, { delta, needs: ['attacked'] }),
  ],
};
