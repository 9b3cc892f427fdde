/** Curves of several nets under two attacks: a colour and shape a net, dashes and hollow marks for our own attack. */
import type { StudyCaption } from '../results/caption.ts';
import { aside, type CurveMark } from './curves.ts';
import { scalesOf, type Look, type Scales } from './looks.ts';
import type { PlotPoint } from './points.ts';

const netLooks: readonly Look[] = [
  { colour: '#0072B2', dash: [1, 0], shape: 'circle' },
  { colour: '#D55E00', dash: [1, 0], shape: 'square' },
  { colour: '#009E73', dash: [1, 0], shape: 'diamond' },
];

/** Attacks, as series of the points, in the order of the legend. */
const attacks = ['fixed', 'matched'] as const;
const attackLooks: Readonly<Record<(typeof attacks)[number], Look>> = {
  fixed: { colour: '#444444', dash: [1, 0], shape: 'circle' },
  matched: { colour: '#444444', dash: [4, 3], shape: 'circle', hollow: true },
};

const attackNames = (fixedAttack: string) => ({
  fixed: fixedAttack,
  matched: 'ε as in training (ours)',
});

/** A net has one look on all data sets. */
function looksOf(studies: readonly StudyCaption[]): Map<string, Look> {
  const titles = [...new Set(studies.map(({ netTitle }) => netTitle))];
  return new Map(titles.map((title, i) => [title, netLooks[i % netLooks.length]!]));
}

export function netScales(studies: readonly StudyCaption[], fixedAttack: string): Scales {
  const names = attackNames(fixedAttack);
  const looks = new Map(attacks.map((attack) => [names[attack], attackLooks[attack]]));
  return scalesOf(['netTitle', 'Net', looksOf(studies)], ['attack', 'Attack', looks]);
}

export function netMarks(
  points: readonly PlotPoint[],
  studies: readonly StudyCaption[],
  fixedAttack: string,
): CurveMark[] {
  const names = attackNames(fixedAttack);
  const looks = looksOf(studies);
  const nets = [...new Set(points.map(({ net }) => net))];
  const step = 0.016 * Math.max(1, ...points.map(({ x }) => x));
  return points.map(({ data, net, series, x, mean, least, greatest }) => {
    const { netTitle } = studies.find((study) => study.data === data && study.net === net)!;
    const attack = attacks.find((name) => name === series)!;
    const hollow = attackLooks[attack].hollow === true;
    return {
      names: { netTitle, attack: names[attack] },
      look: { ...looks.get(netTitle)!, hollow },
      x:
        x +
        aside(
          nets.indexOf(net) * attacks.length + attacks.indexOf(attack),
          nets.length * attacks.length,
          step,
        ),
      mean,
      least,
      greatest,
    };
  });
}
