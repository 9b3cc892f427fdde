/** Claims x and xv: what was found with PGD and ResNet-56 is found again with FGSM, and with ResNet-110. */
import { all, type Claim, type Proposition } from '../proposition.ts';
import type { Role } from '../roles.ts';
import { testErrorRises } from './errors.ts';
import { lossGapFalls, trainLossRises } from './losses.ts';
import { marginsConcentrate, wrongOnesAreIndecisive } from './margins.ts';
import { probabilitiesMoveInwards } from './probabilities.ts';
import { stdsFall } from './spectra.ts';

const under = (id: string, proposition: Proposition): Proposition => all(id, proposition);

const withFgsm = (role: Role): Proposition =>
  all(
    'i, iv, vi, vii, xii, xiii',
    under('i', lossGapFalls(role)),
    under('iv', testErrorRises(role)),
    under('vi', marginsConcentrate(role)),
    under('vii', stdsFall(role)),
    under('xii', probabilitiesMoveInwards(role)),
    under('xiii', wrongOnesAreIndecisive(role)),
  );

export const fgsmRepeats: Claim = {
  id: 'x',
  words: 'FGSM training repeats i, iv, vi, vii, xii and xiii',
  on: { fgsm: withFgsm('fgsm'), fgsmOther: withFgsm('fgsmOther') },
  controls: [],
};

const onDeeper = (role: Role): Proposition =>
  all(
    'i, ii, iv',
    under('i', lossGapFalls(role)),
    under('ii', trainLossRises(role)),
    under('iv', testErrorRises(role)),
  );

export const deeperRepeats: Claim = {
  id: 'xv',
  words: 'ResNet-110 behaves as ResNet-56: i, ii and iv',
  on: { deeper: onDeeper('deeper'), deeperOther: onDeeper('deeperOther') },
  controls: [],
};
